/** Pictures and PDFs from this computer, chosen or dropped, as further pages. */

import { announce, byId } from "./elements.js";

export class AddFile {
  #service;
  #notice;
  #button = byId("add-file");
  #input = byId("files");
  #place = byId("document");
  #isBusy = false;
  #isAvailable = false;

  constructor({ service, notice }) {
    this.#service = service;
    this.#notice = notice;
    this.#button.addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      const files = [...this.#input.files];
      this.#input.value = "";
      this.#add(files);
    });
    this.#place.addEventListener("dragover", (event) => this.#over(event));
    this.#place.addEventListener("dragleave", () => this.#mark(false));
    this.#place.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#mark(false);
      if (this.#isReady) this.#add([...event.dataTransfer.files]);
    });
  }

  /** Nothing can be added while the service is away. */
  available(isAvailable) {
    this.#isAvailable = isAvailable;
    this.#show();
  }

  get #isReady() {
    return this.#isAvailable && !this.#isBusy;
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.#isReady ? "copy" : "none";
    this.#mark(this.#isReady);
  }

  #mark(isOver) {
    this.#place.classList.toggle("dropping", isOver);
  }

  async #add(files) {
    if (files.length === 0) return;
    this.#isBusy = true;
    this.#show();
    this.#notice.hide();
    announce("Adding");
    let count = 0;
    for (const file of files) {
      const isAdded = await this.#notice.around(async () => {
        count += (await this.#service.load(file)).length;
      });
      if (!isAdded) break;
    }
    this.#isBusy = false;
    this.#show();
    if (count > 0) announce(count === 1 ? "One page is added" : `${count} pages are added`);
  }

  #show() {
    this.#button.disabled = !this.#isReady;
    this.#button.textContent = this.#isBusy ? "Adding…" : "Add file…";
  }
}
