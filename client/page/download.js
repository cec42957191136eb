/** The pages as a PDF in the downloads folder. */

import { announce, byId } from "./elements.js";
import { save } from "./save.js";

export class Download {
  #button = byId("download");
  #count = 0;
  #isBusy = false;

  constructor({ service, notice }) {
    this.#button.addEventListener("click", async () => {
      this.#busy(true);
      await notice.around(async () => save(await service.exportPdf(), "pdf"));
      this.#busy(false);
    });
  }

  offer(count) {
    this.#count = count;
    this.#button.disabled = count === 0 || this.#isBusy;
  }

  #busy(isBusy) {
    this.#isBusy = isBusy;
    this.#button.textContent = isBusy ? "Preparing…" : "Download PDF";
    this.#button.classList.toggle("busy", isBusy);
    if (isBusy) announce("Preparing the PDF");
    this.offer(this.#count);
    if (!isBusy && document.activeElement === document.body) this.#button.focus();
  }
}
