/** The service's events, for as long as they are wanted: a lost connection is taken up again. */

import { lostConnection } from "./errors.js";

const EVENTS = ["job", "page", "document", "scanner", "transfer", "access"];
const OPEN_WITHIN_MS = 5_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Tells `tell(name, detail)` each event, and `connection` when it opens or is lost. */
export class Stream {
  #address;
  #tell;
  #source = null;
  #failures = 0;
  #retry = 0;
  #state = "new";
  #opened = untilOpened();

  constructor(address, tell) {
    this.#address = address;
    this.#tell = tell;
  }

  open() {
    if (this.#source !== null || this.#state === "closed") return;
    const source = new EventSource(this.#address);
    this.#source = source;
    source.onopen = () => this.#onOpen();
    source.onerror = () => this.#onError();
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => this.#tell(name, JSON.parse(event.data)));
    }
  }

  /** Wait until events arrive: what happens from then on is told. */
  async opened() {
    this.open();
    let giveUp;
    const late = new Promise((_, reject) => {
      giveUp = setTimeout(() => reject(lostConnection()), OPEN_WITHIN_MS);
    });
    await Promise.race([this.#opened.promise, late]).finally(() => clearTimeout(giveUp));
  }

  close() {
    this.#state = "closed";
    clearTimeout(this.#retry);
    this.#source?.close();
  }

  #onOpen() {
    this.#state = "open";
    this.#failures = 0;
    this.#opened.resolve();
    this.#tell("connection", { state: "open" });
  }

  #onError() {
    // The browser takes up a connection that broke, but not one that was answered with an error.
    if (this.#source.readyState === EventSource.CLOSED) {
      const delay = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
      this.#retry = setTimeout(() => {
        this.#source = null;
        this.open();
      }, delay);
    }
    if (this.#state === "lost") return;
    if (this.#state === "open") this.#opened = untilOpened();
    this.#state = "lost";
    this.#tell("connection", { state: "lost" });
  }
}

function untilOpened() {
  let resolve;
  const promise = new Promise((resolvePromise) => (resolve = resolvePromise));
  return { promise, resolve };
}
