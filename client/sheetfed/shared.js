/** One event stream for all tabs of an origin: browsers open about six connections to a host. */

import { Source } from "./source.js";

const streams = new Map();

/** Where the browser lets tabs agree; a page that is not a secure context is on its own. */
export const canShare = Boolean(globalThis.navigator?.locks && globalThis.BroadcastChannel);

/** The events of the service at `base`, as all tabs of this origin hear them. */
export function sharedStream(base) {
  if (!streams.has(base)) streams.set(base, new SharedStream(base, () => streams.delete(base)));
  return streams.get(base);
}

/**
 * Every listener holds a lock of its own, and its name says for which instance. One tab holds the
 * leader's lock: it has the connection, tells the others, and waits for the locks of those who go.
 * When it goes itself, the browser gives its lock to the next tab, which takes the stream up after
 * the last event it heard.
 */
class SharedStream {
  #base;
  #ended;
  #prefix;
  #channel;
  #members = new Map();
  #last = 0;
  #ending = new AbortController();
  #isLeading = false;
  #source = null;
  #isOpen = false;
  #names = new Set();
  #instances = [];

  constructor(base, ended) {
    this.#base = base;
    this.#ended = ended;
    this.#prefix = `sheetfed ${base} `;
    this.#channel = new BroadcastChannel(this.#prefix);
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#held(`${this.#prefix}leader`, () => this.#lead());
  }

  /** `listener` hears what concerns this instance, until what this returns is called. */
  join(instance, listener) {
    const name = `${this.#prefix}tab ${instance} ${crypto.getRandomValues(new Uint32Array(3)).join("")}`;
    const leaving = new AbortController();
    const member = { name, instance, listener, isOpen: false };
    this.#members.set(name, member);
    hold(name, leaving.signal, () => this.#say({ kind: "here", name }));
    return () => {
      leaving.abort();
      this.#members.delete(name);
      if (this.#members.size === 0) this.#end();
    };
  }

  #end() {
    this.#ended();
    this.#ending.abort();
    this.#source?.close();
    this.#channel.close();
  }

  #held(name, work) {
    hold(name, this.#ending.signal, work);
  }

  async #lead() {
    this.#isLeading = true;
    const { held } = await navigator.locks.query();
    const tabs = held.map(({ name }) => name).filter((name) => name.startsWith(`${this.#prefix}tab `));
    for (const name of tabs) if (!this.#names.has(name)) this.#watch(name);
    this.#connect();
  }

  /** Until the tab that holds this lock has gone, the stream is for its instance, too. */
  async #watch(name) {
    this.#names.add(name);
    const { signal } = this.#ending;
    await navigator.locks.request(name, { signal }, () => {}).catch(() => {});
    this.#names.delete(name);
    if (!signal.aborted) this.#connect();
  }

  #connect() {
    const words = this.#prefix.split(" ").length;
    const instances = new Set([...this.#names].map((name) => name.split(" ")[words]));
    const isSame = instances.size === this.#instances.length && this.#instances.every((each) => instances.has(each));
    if (isSame) {
      if (this.#isOpen) this.#say({ kind: "open", instances: this.#instances });
      return;
    }
    this.#source?.close();
    this.#source = null;
    this.#isOpen = false;
    this.#instances = [...instances];
    if (instances.size === 0) return;
    this.#source = new Source(() => this.#address(), {
      opened: () => {
        this.#isOpen = true;
        this.#say({ kind: "open", instances: this.#instances });
      },
      lost: () => {
        this.#isOpen = false;
        this.#say({ kind: "lost" });
      },
      told: (event, detail, number) => this.#say({ kind: "event", event, detail, number }),
    });
  }

  #address() {
    const query = new URLSearchParams(this.#instances.map((instance) => ["id", instance]));
    if (this.#last > 0) query.set("after", this.#last);
    return `${this.#base}/api/events?${query}`;
  }

  #say(message) {
    if (this.#ending.signal.aborted) return;
    this.#channel.postMessage(message);
    this.#receive(message);
  }

  #receive(message) {
    switch (message.kind) {
      case "here":
        return this.#onHere(message.name);
      case "open":
        return this.#onOpen(message.instances);
      case "lost":
        return this.#onLost();
      case "event":
        return this.#onEvent(message);
    }
  }

  #onHere(name) {
    if (!this.#isLeading || this.#names.has(name)) return;
    this.#watch(name);
    this.#connect();
  }

  #onOpen(instances) {
    for (const member of this.#members.values()) {
      if (member.isOpen || !instances.includes(member.instance)) continue;
      member.isOpen = true;
      member.listener.opened();
    }
  }

  #onLost() {
    this.#last = 0; // a service that was started anew may count from elsewhere
    for (const member of this.#members.values()) {
      member.isOpen = false;
      member.listener.lost();
    }
  }

  #onEvent({ event, detail, number }) {
    if (number <= this.#last) return; // heard from the tab that had the stream before
    this.#last = number;
    for (const { instance, listener } of this.#members.values()) {
      if (!("instance" in detail) || detail.instance === instance) listener.told(event, detail);
    }
  }
}

/** Hold the lock from when it is to be had, which `work` is told, until the signal. */
function hold(name, signal, work) {
  navigator.locks
    .request(name, { signal }, () => {
      work();
      return new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    })
    .catch(() => {}); // it was given up before it was to be had
}
