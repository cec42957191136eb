/** A scan under way, followed by events and made whole after a lost connection. */

import { SheetfedError, orNullWhenGone } from "./errors.js";

const FINAL_STATES = ["done", "failed", "canceled"];

/** One scan under way: an async iterator of its pages, with `change` and `pause` events. */
export class Scan extends EventTarget {
  #service;
  #started;
  #listening = new AbortController();
  #early = [];
  #seen = new Set();
  #queue = [];
  #wake = () => {};
  #end = null;

  constructor(service, begin) {
    super();
    this.#service = service;
    this.job = null;
    this.state = "queued";
    this.status = null;
    const { signal } = this.#listening;
    service.addEventListener("job", ({ detail }) => this.#onJob(detail), { signal });
    service.addEventListener("page", ({ detail }) => this.#onPage(detail), { signal });
    service.addEventListener(
      "connection",
      ({ detail }) => detail.state === "open" && this.#catchUp(),
      { signal },
    );
    this.#started = this.#start(begin).catch((error) => this.#finished(error));
  }

  async *[Symbol.asyncIterator]() {
    try {
      while (this.#queue.length > 0 || this.#end === null) {
        if (this.#queue.length > 0) yield this.#queue.shift();
        else await new Promise((resolve) => (this.#wake = resolve));
      }
      if (this.#end.error) throw this.#end.error;
    } finally {
      if (this.#end === null) await this.cancel();
    }
  }

  /** Go on with a paused scan. */
  async resume() {
    await this.#service.call("ResumeJob", [this.job]);
  }

  /** End a paused scan with the pages it has. */
  async finish() {
    await this.#service.call("FinishJob", [this.job]);
  }

  /** End the scan; pages that were read stay, the one being read is dropped. */
  async cancel() {
    await this.#started;
    if (this.#end === null) await this.#service.call("CancelAllPendingTransfers");
  }

  async #start(begin) {
    await this.#service.listening();
    this.job = await begin();
    for (const replay of this.#early.splice(0)) replay();
    await this.#catchUp();
  }

  #onPage(page) {
    if (this.job === null) this.#early.push(() => this.#onPage(page));
    else if (page.action === "added" && page.job === this.job) this.#take(page);
  }

  #onJob(status) {
    if (this.job === null) this.#early.push(() => this.#onJob(status));
    if (status.job !== this.job || FINAL_STATES.includes(this.state)) return;
    const wasPaused = this.state === "paused";
    this.status = status;
    this.state = status.state;
    this.dispatchEvent(new CustomEvent("change", { detail: status }));
    if (this.state === "paused" && !wasPaused) {
      this.dispatchEvent(new CustomEvent("pause", { detail: status }));
    }
    if (FINAL_STATES.includes(this.state)) this.#conclude();
  }

  /** What events did not tell: they began later, or the connection was lost. */
  async #catchUp() {
    if (this.job === null || this.#end !== null) return;
    try {
      this.#onJob(await this.#service.job(this.job));
      await this.#takeMissing();
    } catch (error) {
      if (error.code !== "connection-lost") this.#finished(error);
    }
  }

  async #conclude() {
    const { state, reason, message, pages } = this.status;
    try {
      if (this.#seen.size < pages) await this.#takeMissing();
    } catch (error) {
      this.#finished(error);
    }
    const failure = new SheetfedError(reason, message, { job: this.job, pages });
    this.#finished(state === "failed" ? failure : null);
  }

  async #takeMissing() {
    const { indices } = await this.#service.job(this.job);
    for (const index of indices) {
      const page = await orNullWhenGone(this.#service.page(index));
      if (page !== null) this.#take(page);
    }
  }

  #take(page) {
    if (this.#seen.has(page.id)) return;
    this.#seen.add(page.id);
    this.#queue.push({ id: page.id, index: page.index, url: page.url });
    this.#wake();
  }

  #finished(error) {
    this.#end ??= { error };
    this.#listening.abort();
    this.#wake();
  }
}
