/** The service as one instance sees it: its calls, its addresses and its events. */

import { ask } from "./errors.js";
import { Stream } from "./stream.js";

const PROTOCOL = "dwt_16100728";

export class Service extends EventTarget {
  #stream;

  constructor({ base, instance, version = "" }) {
    super();
    this.base = base;
    this.instance = instance;
    this.version = version;
    this.#stream = new Stream(this, (name, detail) =>
      this.dispatchEvent(new CustomEvent(name, { detail })),
    );
  }

  /** Events flow as soon as somebody listens. */
  addEventListener(...parameters) {
    super.addEventListener(...parameters);
    this.#stream.open();
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

  /** Where `doc`, `load` or `events` of this instance are. */
  address(what, query = {}) {
    const parameters = new URLSearchParams({ id: this.instance, ...query });
    return `${this.base}/dwt/${PROTOCOL}/${what}?${parameters}`;
  }

  /** Wait until events arrive: what happens from then on is told. */
  listening() {
    return this.#stream.opened();
  }

  /** Stop listening; scans that are under way go on. */
  close() {
    this.#stream.close();
  }
}
