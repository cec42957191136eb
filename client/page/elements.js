/** The document's elements: found by id, or made. */

const announcer = document.getElementById("announcer");

export function byId(id) {
  return document.getElementById(id);
}

/** An element with these properties, attributes (names with a dash) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Read out by screen readers, when they are done with what they are reading. */
export function announce(text) {
  announcer.textContent = text;
}
