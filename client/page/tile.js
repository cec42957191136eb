/** One page's picture with its buttons. */

import { make } from "./elements.js";

const PICTURE_PX = { width: 480, height: 640 };
const LABELS = ["Move page # earlier", "Move page # later", "Remove page #", "Enlarge page #"];

/** Tells its commands, `enlarge`, `earlier`, `later` and `remove`, as events. */
export class Tile extends EventTarget {
  #service;
  #image;
  #label;
  #earlier;
  #later;
  #buttons;

  constructor({ service, page }) {
    super();
    this.#service = service;
    this.page = { ...page, ticks: 0 };
    this.#earlier = this.#button("earlier", "‹");
    this.#later = this.#button("later", "›");
    this.#label = make("span", { className: "number" });
    const image = make("img", { className: "picture", alt: "", decoding: "async", draggable: false });
    image.addEventListener("load", () => this.#loaded(true));
    image.addEventListener("error", () => this.#loaded(false));
    this.#image = image;
    this.#picture();
    const enlarge = this.#button("enlarge", image);
    const remove = this.#button("remove", "×");
    this.#buttons = [this.#earlier, this.#later, remove, enlarge];
    this.focusable = make(
      "div",
      {
        className: "tile",
        role: "group",
        tabIndex: -1,
        "aria-keyshortcuts": "Enter Delete Alt+ArrowLeft Alt+ArrowRight L R Control+Z Control+Shift+Z",
      },
      enlarge,
      make("div", { className: "tile-bar" }, this.#label, this.#earlier, this.#later, remove),
    );
    this.element = make("li", {}, this.focusable);
  }

  /** The page was edited: a browser keeps a picture for as long as its address is the same. */
  changed() {
    this.page = { ...this.page, edits: undefined, ticks: this.page.ticks + 1 };
    this.#picture();
  }

  /** What was found out of the page; its picture is changed if its edits are not those known. */
  update({ edits }) {
    const known = this.page.edits;
    if (edits === undefined) return;
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(edits)) this.changed();
    this.page = { ...this.page, edits };
  }

  /** Where the page is now, and whether it is the selected one: the Tab key comes to that. */
  place(index, count, isCurrent) {
    const number = index + 1;
    this.#label.textContent = String(number);
    this.focusable.setAttribute("aria-label", `Page ${number} of ${count}`);
    this.focusable.tabIndex = isCurrent ? 0 : -1;
    this.focusable.classList.toggle("current", isCurrent);
    if (isCurrent) this.focusable.setAttribute("aria-current", "true");
    else this.focusable.removeAttribute("aria-current");
    this.#buttons.forEach((button, which) => {
      button.tabIndex = isCurrent ? 0 : -1;
      button.title = LABELS[which].replace("#", number);
      button.setAttribute("aria-label", button.title);
    });
    this.#earlier.disabled = index === 0;
    this.#later.disabled = index === count - 1;
  }

  #picture() {
    const { ticks } = this.page;
    this.#image.src = this.#service.imageUrl(this.page, { ...PICTURE_PX, ticks: ticks || undefined });
  }

  #loaded(isWhole) {
    this.focusable.classList.toggle("loaded", isWhole);
    this.focusable.classList.toggle("broken", !isWhole);
  }

  #button(command, content) {
    const className = command === "enlarge" ? "sheet" : `icon ${command}`;
    const button = make("button", { type: "button", className }, content);
    button.addEventListener("click", () => this.dispatchEvent(new Event(command)));
    return button;
  }
}
