/** One page, as large as the window, and the way to its neighbours. */

import { byId } from "./elements.js";

export class Viewer {
  #service;
  #dialog = byId("viewer");
  #picture = byId("viewer-picture");
  #pages = [];
  #index = 0;

  constructor({ service }) {
    this.#service = service;
    byId("viewer-earlier").addEventListener("click", () => this.#step(-1));
    byId("viewer-later").addEventListener("click", () => this.#step(1));
    byId("viewer-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") this.#step(-1);
      if (key === "ArrowRight") this.#step(1);
    });
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog) this.#dialog.close();
    });
  }

  /** Show the pages from this one on; answers the index that was looked at last. */
  async show(pages, index) {
    this.#pages = pages;
    this.#dialog.showModal();
    this.#turnTo(index);
    byId("viewer-title").focus();
    await new Promise((resolve) => this.#dialog.addEventListener("close", resolve, { once: true }));
    this.#picture.removeAttribute("src");
    return this.#index;
  }

  #step(by) {
    const to = this.#index + by;
    if (to >= 0 && to < this.#pages.length) this.#turnTo(to);
  }

  #turnTo(index) {
    this.#index = index;
    const scale = window.devicePixelRatio;
    const width = Math.ceil(window.innerWidth * scale);
    const height = Math.ceil(window.innerHeight * scale);
    const number = `Page ${index + 1} of ${this.#pages.length}`;
    const page = this.#pages[index];
    const ticks = page.ticks || undefined;
    this.#picture.src = this.#service.imageUrl(page, { width, height, type: "jpeg", ticks });
    this.#picture.alt = number;
    byId("viewer-title").textContent = number;
    byId("viewer-earlier").disabled = index === 0;
    byId("viewer-later").disabled = index === this.#pages.length - 1;
  }
}
