/** The events of one instance: by the stream that all tabs share, or by one of its own. */

import { lostConnection } from "./errors.js";
import { canShare, sharedStream } from "./shared.js";
import { Source } from "./source.js";

const OPEN_WITHIN_MS = 5_000;

/** Tells `tell(name, detail)` each event, and `connection` when it opens or is lost. */
export class Stream {
  #service;
  #tell;
  #leave = null;
  #state = "new";
  #opened = untilResolved();

  constructor(service, tell) {
    this.#service = service;
    this.#tell = tell;
  }

  open() {
    if (this.#leave !== null || this.#state === "closed") return;
    const listener = {
      opened: () => this.#onOpen(),
      lost: () => this.#onLost(),
      told: (name, detail) => this.#tell(name, detail),
    };
    const { base, instance } = this.#service;
    if (canShare) this.#leave = sharedStream(base).join(instance, listener);
    else {
      const source = new Source(() => this.#service.address("events"), listener);
      this.#leave = () => source.close();
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
    this.#leave?.();
  }

  #onOpen() {
    this.#state = "open";
    this.#opened.resolve();
    this.#tell("connection", { state: "open" });
  }

  #onLost() {
    if (this.#state === "lost" || this.#state === "closed") return;
    if (this.#state === "open") this.#opened = untilResolved();
    this.#state = "lost";
    this.#tell("connection", { state: "lost" });
  }
}

function untilResolved() {
  let resolve;
  const promise = new Promise((resolvePromise) => (resolve = resolvePromise));
  return { promise, resolve };
}
