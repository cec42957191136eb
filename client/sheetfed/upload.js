/** An upload under way: the service sends pages to a server, also when this page is gone. */

import { SheetfedError } from "./errors.js";

const FINAL_STATES = ["done", "failed", "canceled"];

/** One upload, with `change` events; `done` is a promise of what the server answered. */
export class Upload extends EventTarget {
  #service;
  #started;
  #listening = new AbortController();
  #early = [];
  #resolve;
  #reject;

  constructor(service, begin) {
    super();
    this.#service = service;
    this.transfer = null;
    this.state = "preparing";
    this.status = null;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {}); // whoever looks at it hears of a failure, nobody has to
    const { signal } = this.#listening;
    service.addEventListener("transfer", ({ detail }) => this.#onTransfer(detail), { signal });
    service.addEventListener(
      "connection",
      ({ detail }) => detail.state === "open" && this.#catchUp(),
      { signal },
    );
    this.#started = this.#start(begin).catch((error) => this.#finished(error));
  }

  /** Call it off; one that has ended stays as it is. */
  async cancel() {
    await this.#started;
    if (this.transfer !== null) await this.#service.call("CancelTransfer", [this.transfer]);
  }

  async #start(begin) {
    await this.#service.listening();
    this.transfer = await begin();
    for (const status of this.#early.splice(0)) this.#onTransfer(status);
    await this.#catchUp();
  }

  #onTransfer(status) {
    if (this.transfer === null) this.#early.push(status);
    if (status.transfer !== this.transfer || FINAL_STATES.includes(this.state)) return;
    this.status = status;
    this.state = status.state;
    this.dispatchEvent(new CustomEvent("change", { detail: status }));
    if (FINAL_STATES.includes(this.state)) this.#conclude();
  }

  /** What events did not tell: they began later, or the connection was lost. */
  async #catchUp() {
    if (this.transfer === null || FINAL_STATES.includes(this.state)) return;
    try {
      const [status] = await this.#service.call("TransferStatus", [this.transfer]);
      this.#onTransfer(status);
    } catch (error) {
      if (error.code !== "connection-lost") this.#finished(error);
    }
  }

  async #conclude() {
    try {
      const [{ state, reply, error }] = await this.#service.call("TransferStatus", [
        this.transfer,
      ]);
      if (state === "failed") throw new SheetfedError(error.code, error.message, error.details);
      this.#resolve(reply);
      this.#listening.abort();
    } catch (error) {
      this.#finished(error);
    }
  }

  #finished(error) {
    this.#reject(error);
    this.#listening.abort();
  }
}
