/** The form of what to scan: its choices follow what the chosen scanner can do. */

import * as choices from "./choices.js";
import { byId, make } from "./elements.js";
import { keep, kept } from "./kept.js";

const CHOICES = ["source", "mode", "resolution", "size"];
const CHECKS = ["discard-blank", "deskew", "auto-crop"];

export class Settings extends EventTarget {
  #service;
  #notice;
  #capabilities = new Map();
  #shown = null;
  #loading = 0;
  #isAvailable = false;
  #isLocked = false;
  #scanner = byId("scanner");
  #lookAgain = byId("look-again");

  constructor({ service, notice }) {
    super();
    this.#service = service;
    this.#notice = notice;
    this.#scanner.addEventListener("change", () => this.#show(this.#scanner.value));
    for (const name of CHOICES) byId(name).addEventListener("change", () => this.#changed(name));
    for (const name of CHECKS) {
      byId(name).checked = kept("checks")?.[name] ?? false;
      byId(name).addEventListener("change", () => keep("checks", checked()));
    }
    byId("settings").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#isLocked) this.dispatchEvent(new CustomEvent("scan", { detail: this.values() }));
    });
    this.#lookAgain.addEventListener("click", () => this.#look());
  }

  /** Ask for the scanners; the chosen one stays chosen. */
  async load({ refresh = false } = {}) {
    const turn = ++this.#loading;
    await this.#notice.around(async () => {
      const listed = await this.#service.devices({ refresh });
      const devices = listed.filter(({ available }) => available);
      if (turn !== this.#loading) return;
      byId("no-scanner").hidden = devices.length > 0;
      byId("settings").hidden = devices.length === 0;
      const known = new Set(devices.map(({ id }) => id));
      for (const id of this.#capabilities.keys()) {
        if (!known.has(id)) this.#capabilities.delete(id);
      }
      fill(this.#scanner, devices.map(({ id, name }) => [id, name]), kept("settings")?.scanner);
      if (devices.length > 0) await this.#show(this.#scanner.value);
    });
  }

  values() {
    const isFeeder = byId("source").value !== "flatbed";
    const count = isFeeder ? byId("count").valueAsNumber : NaN;
    return {
      scanner: this.#scanner.value,
      paper_source: byId("source").value,
      mode: byId("mode").value || undefined,
      resolution: Number(byId("resolution").value) || undefined,
      page_size: byId("size").value || undefined,
      pages: Number.isNaN(count) ? undefined : count,
      discard_blank: byId("discard-blank").checked,
      deskew: byId("deskew").checked,
      auto_crop: byId("auto-crop").checked,
    };
  }

  /** Nothing can be chosen while the service is away. */
  available(isAvailable) {
    this.#isAvailable = isAvailable;
    this.#enable();
  }

  /** Nothing can be chosen during a scan. */
  lock(isLocked) {
    this.#isLocked = isLocked;
    this.#enable();
  }

  async #show(scanner) {
    if (!this.#capabilities.has(scanner)) {
      this.#shown = null;
      this.#enable();
      const capabilities = await this.#capabilitiesOf(scanner);
      if (capabilities === null || this.#scanner.value !== scanner) return;
      this.#capabilities.set(scanner, capabilities);
    }
    if (this.#shown === scanner) return;
    this.#shown = scanner;
    const last = kept("settings")?.[scanner] ?? {};
    const capabilities = this.#capabilities.get(scanner);
    fill(byId("source"), choices.sources(capabilities), last.source);
    this.#showSource(last);
    this.#enable();
  }

  /** Null while somebody else uses the scanner: an event tells when it is free. */
  async #capabilitiesOf(scanner) {
    try {
      return await this.#service.capabilities(scanner);
    } catch (error) {
      this.#notice.show(error);
      return null;
    }
  }

  #showSource(last) {
    const { sources } = this.#capabilities.get(this.#shown);
    const source = sources.find(({ source }) => source === byId("source").value);
    if (source === undefined) return;
    fill(byId("mode"), choices.modes(source), last.mode);
    const resolution = last.resolution ?? choices.defaultResolution(source);
    fill(byId("resolution"), choices.resolutions(source), resolution);
    fill(byId("size"), choices.sizes(source), last.size);
    byId("count-field").hidden = source.source === "flatbed";
  }

  #changed(name) {
    const chosen = Object.fromEntries(CHOICES.map((each) => [each, byId(each).value]));
    if (name === "source") this.#showSource(chosen);
    const scanner = this.#scanner.value;
    keep("settings", { ...kept("settings"), scanner, [scanner]: chosen });
  }

  async #look() {
    this.#lookAgain.disabled = true;
    this.#lookAgain.textContent = "Looking…";
    await this.load({ refresh: true });
    this.#lookAgain.disabled = false;
    this.#lookAgain.textContent = "Look again";
  }

  #enable() {
    const isReady = this.#isAvailable && !this.#isLocked;
    byId("fields").disabled = !isReady;
    byId("scan").disabled = !isReady || this.#shown === null;
  }
}

function checked() {
  return Object.fromEntries(CHECKS.map((name) => [name, byId(name).checked]));
}

/** Give the select these choices; what was chosen stays, else `preferred`, else the first. */
function fill(select, options, preferred) {
  const has = (value) => options.some(([each]) => each === value);
  const before = [select.value, preferred].find(has);
  const same =
    select.options.length === options.length &&
    options.every(([value, text], place) => {
      const option = select.options[place];
      return option.value === value && option.textContent === text;
    });
  if (!same) {
    select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  }
  if (before !== undefined) select.value = before;
}
