/** What other web pages may do here: their requests, which wait for an answer, and what was decided. */

import { ask } from "../sheetfed/errors.js";
import { askingItem, decidedItem } from "./access-items.js";
import { announce, byId } from "./elements.js";

const ANSWERED_AFTER_MS = 600;
const TITLE = document.title;

export class Access {
  #service;
  #notice;
  #opener = byId("access-opener");
  #section = byId("access");
  #isOpen = false;
  #asking = new Map();
  #decided = [];
  #loads = 0;
  #held = new WeakMap();

  constructor({ service, notice }) {
    this.#service = service;
    this.#notice = notice;
    this.#opener.addEventListener("click", () => {
      this.#isOpen = !this.#isOpen;
      this.#show();
      if (this.#isOpen) byId("access-heading").focus();
    });
    service.addEventListener("access", () => this.load());
  }

  async load() {
    const turn = ++this.#loads;
    const answer = await ask(this.#address()).catch(() => null);
    if (answer === null || turn !== this.#loads) return;
    const known = await answer.json();
    const asking = known.filter(({ state }) => state === "pending");
    this.#decided = known.filter(({ state, permissions }) => state !== "pending" || permissions.length > 0);
    this.#decided.sort((one, other) => one.origin.localeCompare(other.origin));
    this.#take(asking);
    this.#show();
  }

  /** What is being read stays as it is; only what is different is made anew. What has moved takes
   * the place of something else: it is answered as late as what is new. */
  #take(asking) {
    const before = this.#asking;
    const list = byId("access-requests");
    const places = [...list.children];
    this.#asking = new Map();
    for (const grant of asking) {
      const key = `${grant.id} ${grant.wants}`;
      this.#asking.set(key, before.get(key) ?? this.#request(grant));
    }
    const items = [...this.#asking.values()];
    const first = items.findIndex((item, place) => item !== places[place]);
    if (first >= 0) items.slice(first).filter((item) => places.includes(item)).forEach((item) => this.#hold(item));
    list.replaceChildren(...items);
  }

  #hold(item) {
    clearTimeout(this.#held.get(item));
    item.inert = true;
    this.#held.set(item, setTimeout(() => (item.inert = false), ANSWERED_AFTER_MS));
  }

  #request(grant) {
    const item = askingItem(grant, (decision) => this.#decide(grant, decision));
    // A click that was meant for what was here before must not let anybody in.
    setTimeout(() => item.querySelectorAll("button").forEach((button) => (button.disabled = false)), ANSWERED_AFTER_MS);
    announce(`${grant.origin} asks for access.`);
    return item;
  }

  #show() {
    const count = this.#asking.size;
    byId("access-count").textContent = count === 0 ? "" : String(count);
    document.title = count === 0 ? TITLE : `(${count}) ${TITLE}`;
    this.#opener.hidden = count + this.#decided.length === 0;
    this.#opener.setAttribute("aria-expanded", String(this.#isOpen));
    const items = this.#decided.map((grant) => decidedItem(grant, (decision) => this.#decide(grant, decision)));
    byId("access-decided").replaceChildren(...(this.#isOpen ? items : []));
    byId("access-about").hidden = !this.#isOpen;
    this.#section.hidden = this.#opener.hidden || (count === 0 && !this.#isOpen);
  }

  async #decide(grant, decision) {
    const done = await this.#notice.around(() =>
      ask(this.#address(grant.id), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(decision),
      }),
    );
    await this.load();
    if (!done) return;
    const [first] = this.#section.hidden ? [this.#opener] : [byId("access-heading")];
    (first.hidden ? byId("pages-heading") : first).focus();
  }

  #address(id = "") {
    return `${this.#service.base}/api/access/origins${id && `/${id}`}`;
  }
}
