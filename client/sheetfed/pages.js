/** The pages of an instance's buffer: their order, files that come in and files that go out. */

import { SheetfedError, ask, orNullWhenGone } from "./errors.js";
import { Service } from "./service.js";

export class Pages extends Service {
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

  /** Where the page is now. */
  async indexOf(page) {
    if (typeof page === "number") return page;
    const [index] = await this.call("ImageIDToIndex", [page.id]);
    if (index < 0) throw new SheetfedError("not-found", "this page is no longer there");
    return index;
  }

  /** Where the page's image is, fitted into width and height; without them in full size. */
  imageUrl(page, { width, height, type, ticks } = {}) {
    const url = new URL(page.url);
    for (const [name, value] of Object.entries({ width, height, type, ticks })) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  async move(page, to) {
    await this.call("MoveImage", [await this.indexOf(page), to]);
  }

  /** Let two pages change places. */
  async swap(page, other) {
    await this.call("SwitchImage", await this.#indicesOf([page, other]));
  }

  /** Put copies of these pages at `to`; each has edits of its own from then on. */
  async copy(pages, to) {
    await this.call("CopyImages", [await this.#indicesOf(pages), to]);
  }

  async reverse() {
    await this.call("ReversePages");
  }

  /** The last `count` pages are the backs of those before them, the last one first. */
  async interleaveBacks(count) {
    await this.call("InterleaveBacks", [count]);
  }

  async remove(page) {
    await this.call("RemoveImage", [await this.indexOf(page)]);
  }

  async removeAll() {
    await this.call("RemoveAllImages");
  }

  /** Append the pages of an image or PDF, a File or Blob; answers where they are. */
  async load(file, { type, signal } = {}) {
    const answer = await ask(this.address("load", type ? { type } : {}), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
      signal,
    });
    const [, indices] = (await answer.json()).result;
    return indices;
  }

  exportPdf(options = {}) {
    return this.export("pdf", options);
  }

  /** One file of this type: of all pages, or of those at `indices`. */
  async export(type, { password = "", signal, ...options } = {}) {
    const query = { type };
    for (const [name, value] of Object.entries(options)) {
      if (value !== undefined && String(value) !== "") query[name] = value; // lists with commas
    }
    const headers = password === "" ? {} : { "DWT-PDF-PASSWORD": bytesOf(password) };
    return (await ask(this.address("doc", query), { headers, signal })).blob();
  }

  /** The barcodes of these pages, of all without any; `formats` are those to look for. */
  async barcodes(pages, { formats } = {}) {
    const where = pages === undefined ? await this.#all() : await this.#indicesOf([pages].flat());
    const [codes] = await this.call("ReadBarcode", [where, ...(formats ? [{ formats }] : [])]);
    return codes;
  }

  async #all() {
    const [count] = await this.call("HowManyImagesInBuffer");
    return Array.from({ length: count }, (_, index) => index);
  }

  #indicesOf(pages) {
    return Promise.all(pages.map((page) => this.indexOf(page)));
  }
}

/** A header's characters are bytes: those of the text in UTF-8. */
function bytesOf(text) {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
