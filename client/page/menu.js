/** A menu that a button opens: walked through by arrows, closed by Escape or by a click elsewhere. */

export class Menu {
  #button;
  #menu;
  #items;

  /** `chosen(item)` is told. */
  constructor({ button, menu, chosen }) {
    this.#button = button;
    this.#menu = menu;
    this.#items = [...menu.querySelectorAll('[role="menuitem"]')];
    button.addEventListener("click", () => (menu.hidden ? this.#open() : this.close()));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.#open();
    });
    menu.addEventListener("keydown", (event) => this.#onKey(event));
    menu.addEventListener("click", ({ target }) => {
      const item = target.closest('[role="menuitem"]');
      if (item === null) return;
      this.#leave();
      chosen(item);
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!menu.contains(target) && !button.contains(target)) this.close();
    });
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget !== null && !menu.contains(relatedTarget) && relatedTarget !== button) this.close();
    });
  }

  close() {
    this.#menu.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
  }

  #open() {
    this.#menu.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#items[0].focus();
  }

  #leave() {
    this.close();
    this.#button.focus();
  }

  #onKey(event) {
    const last = this.#items.length - 1;
    const at = this.#items.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last };
    if (event.key === "Escape") this.#leave();
    else if (event.key in steps) this.#items[(steps[event.key] + last + 1) % (last + 1)].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
