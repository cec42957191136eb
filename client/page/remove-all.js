/** Remove all pages: asked once more on the same button, since it cannot be undone. */

import { announce, byId } from "./elements.js";

export class RemoveAll {
  #button = byId("remove-all");
  #count = 0;

  constructor({ service, notice }) {
    this.#button.addEventListener("click", async () => {
      if (!this.#isAsking) return this.#ask();
      this.#rest();
      if (await notice.around(() => service.removeAll())) byId("pages-heading").focus();
    });
    this.#button.addEventListener("blur", () => this.#rest());
    this.#button.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#rest();
    });
  }

  offer(count) {
    this.#count = count;
    this.#button.hidden = count === 0;
    this.#rest();
  }

  get #isAsking() {
    return this.#button.classList.contains("danger");
  }

  #ask() {
    const pages = this.#count === 1 ? "the page" : `${this.#count} pages`;
    this.#button.textContent = `Really remove ${pages}?`;
    this.#button.classList.add("danger");
    announce(`Press again to remove ${pages}. Escape keeps them.`);
  }

  #rest() {
    this.#button.textContent = "Remove all";
    this.#button.classList.remove("danger");
  }
}
