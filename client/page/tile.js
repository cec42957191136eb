/** One page's picture with its buttons. */

import { make } from "./elements.js";

const PICTURE_PX = { width: 480, height: 640 };
const LABELS = ["Move page # earlier", "Move page # later", "Remove page #", "Enlarge page #"];

/** Tells its commands, `enlarge`, `earlier`, `later` and `remove`, as events. */
export class Tile extends EventTarget {
  #label;
  #earlier;
  #later;
  #buttons;

  constructor({ service, page }) {
    super();
    this.page = page;
    this.#earlier = this.#button("earlier", "‹");
    this.#later = this.#button("later", "›");
    this.#label = make("span", { className: "number" });
    const image = make("img", {
      className: "picture",
      alt: "",
      decoding: "async",
      draggable: false,
      src: service.imageUrl(page, PICTURE_PX),
    });
    image.addEventListener("load", () => this.focusable.classList.add("loaded"));
    image.addEventListener("error", () => this.focusable.classList.add("broken"));
    const enlarge = this.#button("enlarge", image);
    const remove = this.#button("remove", "×");
    this.#buttons = [this.#earlier, this.#later, remove, enlarge];
    this.focusable = make(
      "div",
      {
        className: "tile",
        role: "group",
        tabIndex: -1,
        "aria-keyshortcuts": "Enter Delete Alt+ArrowLeft Alt+ArrowRight",
      },
      enlarge,
      make("div", { className: "tile-bar" }, this.#label, this.#earlier, this.#later, remove),
    );
    this.element = make("li", {}, this.focusable);
  }

  /** Where the page is now, and whether the Tab key comes here. */
  place(index, count, isCurrent) {
    const number = index + 1;
    this.#label.textContent = String(number);
    this.focusable.setAttribute("aria-label", `Page ${number} of ${count}`);
    this.focusable.tabIndex = isCurrent ? 0 : -1;
    this.#buttons.forEach((button, which) => {
      button.tabIndex = isCurrent ? 0 : -1;
      button.title = LABELS[which].replace("#", number);
      button.setAttribute("aria-label", button.title);
    });
    this.#earlier.disabled = index === 0;
    this.#later.disabled = index === count - 1;
  }

  #button(command, content) {
    const className = command === "enlarge" ? "sheet" : `icon ${command}`;
    const button = make("button", { type: "button", className }, content);
    button.addEventListener("click", () => this.dispatchEvent(new Event(command)));
    return button;
  }
}
