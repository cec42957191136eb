/** What can be done to the selected page, by button and by key. */

import { announce, byId } from "./elements.js";
import { Menu } from "./menu.js";

const NOTHING_TO_UNDO = "nothing-to-undo";
/** Degrees; the service leaves such a page as it is. */
const STRAIGHT_BELOW = 0.05;
/** Percent, of one press. */
const STEP = 10;

const COMMANDS = {
  "rotate-left": (service, page) => service.rotateLeft(page),
  "rotate-right": (service, page) => service.rotateRight(page),
  async deskew(service, page) {
    const degrees = await service.deskew(page);
    if (Math.abs(degrees) < STRAIGHT_BELOW) return "The page is straight.";
  },
  async crop(service, page) {
    if ((await service.autoCrop(page)) === null) return "No edge of the paper is seen.";
  },
  async upright(service, page) {
    if ((await service.autoOrient(page)) === 0) return "The text stands upright, or none is read.";
  },
  mirror: (service, page) => service.mirror(page),
  flip: (service, page) => service.flip(page),
  gray: (service, page) => service.toGray(page),
  "black-white": (service, page) => service.toBlackWhite(page),
  invert: (service, page) => service.invert(page),
  brighter: (service, page) => service.brightness(page, STEP),
  darker: (service, page) => service.brightness(page, -STEP),
  "more-contrast": (service, page) => service.contrast(page, STEP),
  undo: (service, page) => service.undo(page),
  redo: (service, page) => service.redo(page),
  async remove(service, page) {
    await service.remove(page);
    announce("The page is removed");
  },
};

export class Tools {
  #service;
  #notice;
  #bar = byId("tools");
  #said = byId("tools-said");
  #buttons = [...byId("tools").querySelectorAll(".tool")];
  #menu = new Menu({
    button: byId("more-tools"),
    menu: byId("more-menu"),
    chosen: ({ dataset }) => this.run(dataset.command),
  });
  #selected = null;
  #isBusy = false;

  constructor({ service, notice }) {
    this.#service = service;
    this.#notice = notice;
    for (const button of this.#buttons) {
      if (button.dataset.command) {
        button.addEventListener("click", () => this.run(button.dataset.command));
      }
      button.addEventListener("focus", () => this.#stopAt(button));
    }
    this.#bar.addEventListener("keydown", (event) => this.#onKey(event));
    this.#stopAt(this.#buttons[0]);
  }

  /** The selected page and where it is; null without pages. */
  offer(selected) {
    const hadFocus = this.#bar.contains(document.activeElement);
    if (selected?.page.id !== this.#selected?.page.id) this.#said.textContent = "";
    this.#selected = selected;
    this.#bar.hidden = selected === null;
    if (selected === null) this.#menu.close();
    if (selected === null) {
      if (hadFocus) byId("pages-heading").focus();
      return;
    }
    byId("tools-page").textContent = `Page ${selected.index + 1}`;
    this.#look();
  }

  /** Do it to the selected page; one thing after the other. */
  async run(command) {
    if (this.#isBusy || this.#selected === null) return;
    const { page } = this.#selected;
    this.#isBusy = true;
    this.#bar.setAttribute("aria-busy", "true");
    this.#said.textContent = "";
    try {
      this.#said.textContent = (await COMMANDS[command](this.#service, page)) ?? "";
    } catch (error) {
      if (error.code !== NOTHING_TO_UNDO) this.#notice.show(error);
    }
    this.#isBusy = false;
    this.#bar.removeAttribute("aria-busy");
  }

  /** Whether there is anything to undo. */
  async #look() {
    const { page } = this.#selected;
    try {
      const { can_undo, can_redo } = await this.#service.page(await this.#service.indexOf(page));
      if (this.#selected?.page !== page) return;
      this.#enable("undo", can_undo);
      this.#enable("redo", can_redo);
    } catch {
      return; // the page or the service has gone, which others tell
    }
  }

  #enable(command, isPossible) {
    const button = this.#buttons.find(({ dataset }) => dataset.command === command);
    // A button that is disabled would lose the focus of whoever has just pressed it.
    button.setAttribute("aria-disabled", String(!isPossible));
  }

  /** The Tab key comes to one button, arrows go on from there. */
  #stopAt(button) {
    for (const each of this.#buttons) each.tabIndex = each === button ? 0 : -1;
  }

  #onKey(event) {
    const last = this.#buttons.length - 1;
    const at = this.#buttons.indexOf(document.activeElement);
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    if (at < 0 || !(event.key in steps) || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    this.#buttons[Math.max(0, Math.min(steps[event.key], last))].focus();
  }
}
