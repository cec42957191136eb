/** Sheetfed's client: find the scanning service of this computer, scan, look after the pages. */

import { SheetfedError, ask, orNullWhenGone } from "./sheetfed/errors.js";
import { find } from "./sheetfed/find.js";
import { keptInstance } from "./sheetfed/instance.js";
import { Scan } from "./sheetfed/scan.js";
import { Stream } from "./sheetfed/stream.js";

export { Scan, SheetfedError };

const PROTOCOL = "dwt_16100728";

/** Find the service and make sure that this page may use it. */
export async function connect({ base, instance = keptInstance() } = {}) {
  return new Sheetfed({ ...(await find(base)), instance });
}

/** The service, for one instance: its scanners and the pages of its buffer. */
export class Sheetfed extends EventTarget {
  #stream;

  constructor({ base, instance, version = "" }) {
    super();
    this.base = base;
    this.instance = instance;
    this.version = version;
    this.#stream = new Stream(this.#address("events"), (name, detail) =>
      this.dispatchEvent(new CustomEvent(name, { detail })),
    );
  }

  /** Events flow as soon as somebody listens. */
  addEventListener(...parameters) {
    super.addEventListener(...parameters);
    this.#stream.open();
  }

  async devices({ refresh = false } = {}) {
    const [devices] = await this.call("GetDevices", [refresh]);
    return devices;
  }

  async capabilities(scanner) {
    const [capabilities] = await this.call("GetCapabilities", given(scanner));
    return capabilities;
  }

  /** From now on this scanner is meant where none is named. */
  async selectScanner(scanner) {
    await this.call("SelectSource", [scanner]);
  }

  /** Keep a scanner for this instance, also between its scans. */
  async openScanner(scanner) {
    await this.call("OpenSource", given(scanner));
  }

  async closeScanner() {
    await this.call("CloseSource");
  }

  /** Everything that the scanner's driver lets one set. */
  async options(scanner) {
    const [options] = await this.call("GetOptions", given(scanner));
    return options;
  }

  /** Set options for the scans to come; the scanner is kept as by `openScanner`. */
  async setOptions(values, scanner) {
    const [outcomes, options] = await this.call("SetOptions", [values, ...given(scanner)]);
    return { outcomes, options };
  }

  /** Scan; iterate over what it returns to get each page as it comes. */
  acquire(settings = {}) {
    return new Scan(this, async () => {
      const [, job] = await this.call("AcquireImage", [settings], { wait: false });
      return job;
    });
  }

  /** Take up a scan that was begun earlier: all of its pages, then those to come. */
  follow(job) {
    return new Scan(this, () => job);
  }

  async job(id) {
    const [status] = await this.call("JobStatus", [id]);
    return status;
  }

  /** Every page of the buffer, in order. */
  async pages() {
    const [count] = await this.call("HowManyImagesInBuffer");
    const pages = Array.from({ length: count }, (_, index) => this.page(index));
    return (await Promise.all(pages.map(orNullWhenGone))).filter((page) => page !== null);
  }

  async page(index) {
    const [page] = await this.call("GetImageInfo", [index]);
    return { ...page, index };
  }

  /** Where the page's image is, fitted into width and height; without them in full size. */
  imageUrl(page, { width, height, type } = {}) {
    const url = new URL(page.url);
    for (const [name, value] of Object.entries({ width, height, type })) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  async move(page, to) {
    await this.call("MoveImage", [await this.#indexOf(page), to]);
  }

  async remove(page) {
    await this.call("RemoveImage", [await this.#indexOf(page)]);
  }

  async removeAll() {
    await this.call("RemoveAllImages");
  }

  exportPdf(options = {}) {
    return this.export("pdf", options);
  }

  /** One file of this type: of all pages, or of those at `indices`. */
  async export(type, { indices = [], quality } = {}) {
    const query = { type, indices: indices.join(",") };
    if (quality !== undefined) query.quality = quality;
    const answer = await ask(this.#address("doc", query));
    return answer.blob();
  }

  /** Any method of the protocol; without `wait`, a long one returns once it is accepted. */
  async call(method, parameter = [], { wait = true } = {}) {
    const answer = await ask(`${this.base}/${wait ? "f" : "fa"}/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: this.instance, method, parameter }),
    });
    return (await answer.json()).result;
  }

  /** Wait until events arrive: what happens from then on is told. */
  listening() {
    return this.#stream.opened();
  }

  /** Stop listening; scans that are under way go on. */
  close() {
    this.#stream.close();
  }

  #address(what, query = {}) {
    const parameters = new URLSearchParams({ id: this.instance, ...query });
    return `${this.base}/dwt/${PROTOCOL}/${what}?${parameters}`;
  }

  async #indexOf(page) {
    if (typeof page === "number") return page;
    const [index] = await this.call("ImageIDToIndex", [page.id]);
    if (index < 0) throw new SheetfedError("not-found", "this page is no longer there");
    return index;
  }
}

function given(scanner) {
  return scanner ? [scanner] : [];
}
