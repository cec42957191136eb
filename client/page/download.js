/** The pages as a PDF in the downloads folder. */

import { announce, byId, make } from "./elements.js";

/** A browser may read the address some time after the click. */
const KEPT_MS = 60_000;

export class Download {
  #button = byId("download");
  #count = 0;
  #isBusy = false;

  constructor({ service, notice }) {
    this.#button.addEventListener("click", async () => {
      this.#busy(true);
      await notice.around(async () => save(await service.exportPdf(), fileName()));
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

function fileName() {
  const now = new Date();
  const numbers = [now.getFullYear(), now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes()];
  const [year, ...rest] = numbers.map((number) => String(number).padStart(2, "0"));
  return `scan-${year}-${rest[0]}-${rest[1]}-${rest[2]}${rest[3]}.pdf`;
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
