/** The question of what kind of file to save: which format, which pages, how good. */

import { announce, byId } from "./elements.js";
import { keep, kept } from "./kept.js";
import { save } from "./save.js";

const EXTENSIONS = { pdf: "pdf", tiff: "tiff", jpeg: "jpg", png: "png" };
const ONE_PAGE = ["jpeg", "png"];
const WITH_QUALITY = ["pdf", "jpeg"];

export class SaveAs {
  #service;
  #notice;
  #open = byId("save-as");
  #dialog = byId("saving");
  #format = byId("format");
  #which = byId("which");
  #quality = byId("quality");
  #selected = null;

  constructor({ service, notice }) {
    this.#service = service;
    this.#notice = notice;
    this.#open.addEventListener("click", () => this.#ask());
    this.#format.addEventListener("change", () => this.#adapt());
    this.#quality.addEventListener("input", () => this.#adapt());
    byId("saving-close").addEventListener("click", () => this.#dialog.close());
    byId("saving-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** The selected page and where it is; null without pages. */
  offer(selected) {
    this.#selected = selected;
    this.#open.disabled = selected === null;
    if (selected === null) this.#dialog.close();
    else byId("which-one").textContent = `Page ${selected.index + 1}`;
  }

  #ask() {
    const last = kept("saving");
    this.#format.value = last?.format ?? "pdf";
    this.#quality.value = last?.quality ?? this.#quality.defaultValue;
    this.#which.value = "all";
    this.#adapt();
    this.#dialog.showModal();
  }

  #adapt() {
    const isOne = ONE_PAGE.includes(this.#format.value);
    if (isOne) this.#which.value = "one";
    this.#which.disabled = isOne;
    byId("quality-field").hidden = !WITH_QUALITY.includes(this.#format.value);
    byId("quality-value").textContent = this.#quality.value;
  }

  async #save() {
    const { page } = this.#selected;
    const format = this.#format.value;
    const quality = this.#quality.valueAsNumber;
    const isOne = this.#which.value === "one";
    keep("saving", { format, quality });
    this.#busy(true);
    await this.#notice.around(async () => {
      const indices = isOne ? [await this.#service.indexOf(page)] : [];
      save(await this.#service.export(format, { indices, quality }), EXTENSIONS[format]);
    });
    this.#busy(false);
    this.#dialog.close();
  }

  #busy(isBusy) {
    byId("save").disabled = isBusy;
    byId("save").textContent = isBusy ? "Preparing…" : "Save";
    if (isBusy) announce("Preparing the file");
  }
}
