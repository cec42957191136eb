/** The question of a paused scan: go on, finish with what there is, or cancel. */

import { byId } from "./elements.js";
import { told } from "./messages.js";

export class PauseDialog {
  #dialog = byId("pause");
  #notice;
  #scan = null;

  constructor({ notice }) {
    this.#notice = notice;
    byId("pause-resume").addEventListener("click", () => this.#answer((scan) => scan.resume()));
    byId("pause-finish").addEventListener("click", () => this.#answer((scan) => scan.finish()));
    byId("pause-cancel").addEventListener("click", () => this.#answer((scan) => scan.cancel()));
    // Escape is no answer: the scan would stay paused with nobody asked.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  ask(scan) {
    this.#scan = scan;
    if (this.#dialog.open) return;
    const { title, advice } = told(scan.status);
    const { pages } = scan.status;
    byId("pause-title").textContent = title;
    byId("pause-advice").textContent = `${advice} Then go on.`;
    byId("pause-kept").textContent =
      pages === 1 ? "One page is scanned and kept." : `${pages} pages are scanned and kept.`;
    this.#dialog.showModal();
  }

  close() {
    this.#dialog.close();
  }

  async #answer(give) {
    this.#dialog.close();
    await this.#notice.around(() => give(this.#scan));
  }
}
