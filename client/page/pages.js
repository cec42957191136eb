/** The list of pages: as the service has them, with the keyboard and with buttons. */

import { Drag } from "./drag.js";
import { announce, byId } from "./elements.js";
import { Tile } from "./tile.js";

const KEYS = { l: "rotate-left", r: "rotate-right", delete: "remove" };
const KEYS_WITH_CONTROL = { z: "undo", y: "redo" };

/** Tells `change` with the number of pages, `select` with the selected one, and `command`. */
export class Pages extends EventTarget {
  #service;
  #notice;
  #viewer;
  #list = byId("pages");
  #tiles = [];
  #current = 0;
  #loading = null;
  #isStale = false;

  constructor({ service, notice, viewer }) {
    super();
    this.#service = service;
    this.#notice = notice;
    this.#viewer = viewer;
    service.addEventListener("page", ({ detail }) => this.#onPage(detail));
    service.addEventListener("document", () => this.load());
    this.#list.addEventListener("keydown", (event) => this.#onKey(event));
    this.#list.addEventListener("focusin", ({ target }) => this.#onFocus(target));
    new Drag({ list: this.#list, moved: (from, to) => this.#move(this.#tiles[from], to - from) });
  }

  /** Ask for all pages; what is asked for meanwhile is asked for once more afterwards. */
  async load() {
    this.#isStale = true;
    this.#loading ??= this.#reload().finally(() => (this.#loading = null));
    await this.#loading;
  }

  async #reload() {
    while (this.#isStale) {
      this.#isStale = false;
      await this.#notice.around(async () => {
        const pages = await this.#service.pages();
        if (!this.#isStale) this.#show(pages);
      });
    }
  }

  #onPage({ action, index, id, url }) {
    if (this.#loading !== null) this.#isStale = true;
    else if (action === "added" && index === this.#tiles.length) {
      this.#show([...this.#tiles.map(({ page }) => page), { id, url }]);
    } else if (action === "removed") {
      this.#show(this.#tiles.map(({ page }) => page).filter((page) => page.id !== id));
    } else if (action === "changed") {
      this.#tiles.find(({ page }) => page.id === id)?.changed();
      this.#tellSelected();
    } else this.load();
  }

  #show(pages) {
    const known = new Map(this.#tiles.map((tile) => [tile.page.id, tile]));
    const focused = this.#tiles.find(({ element }) => element.contains(document.activeElement));
    const wasLost = focused !== undefined && !pages.some(({ id }) => id === focused.page.id);
    this.#tiles = pages.map((page) => known.get(page.id) ?? this.#tile(page));
    this.#tiles.forEach((tile, index) => tile.update(pages[index]));
    const kept = new Set(this.#tiles);
    for (const tile of known.values()) if (!kept.has(tile)) tile.element.remove();
    this.#tiles.forEach(({ element }, index) => {
      const there = this.#list.children[index];
      if (there !== element) this.#list.insertBefore(element, there ?? null);
    });
    if (focused !== undefined && !wasLost) {
      this.#current = this.#tiles.indexOf(focused);
      if (!focused.element.contains(document.activeElement)) focused.focusable.focus();
    }
    this.#place();
    if (wasLost) this.#focus(this.#current);
    this.dispatchEvent(new CustomEvent("change", { detail: { count: this.#tiles.length } }));
  }

  #tile(page) {
    const tile = new Tile({ service: this.#service, page });
    tile.addEventListener("enlarge", () => this.#enlarge(tile));
    tile.addEventListener("remove", () => this.#remove(tile));
    tile.addEventListener("earlier", () => this.#move(tile, -1));
    tile.addEventListener("later", () => this.#move(tile, 1));
    return tile;
  }

  #place() {
    const count = this.#tiles.length;
    this.#current = Math.max(0, Math.min(this.#current, count - 1));
    this.#tiles.forEach((tile, index) => tile.place(index, count, index === this.#current));
    this.#tellSelected();
  }

  #tellSelected() {
    const tile = this.#tiles[this.#current];
    const detail = tile === undefined ? null : { page: tile.page, index: this.#current };
    this.dispatchEvent(new CustomEvent("select", { detail }));
  }

  #command(name) {
    this.dispatchEvent(new CustomEvent("command", { detail: name }));
  }

  #focus(index) {
    const tile = this.#tiles[Math.max(0, Math.min(index, this.#tiles.length - 1))];
    if (tile === undefined) byId("pages-heading").focus();
    else tile.focusable.focus();
  }

  #onFocus(target) {
    const index = this.#tiles.findIndex(({ element }) => element.contains(target));
    if (index < 0 || index === this.#current) return;
    this.#current = index;
    this.#place();
  }

  #onKey(event) {
    const tile = this.#tiles[this.#current];
    if (tile === undefined || event.metaKey) return;
    if (!(event.ctrlKey ? this.#onControl(event) : this.#onPlain(event, tile))) return;
    event.preventDefault();
  }

  #onControl({ key, shiftKey, altKey }) {
    const command = KEYS_WITH_CONTROL[key.toLowerCase()];
    if (command === undefined || altKey) return false;
    this.#command(shiftKey ? "redo" : command);
    return true;
  }

  /** Whether the key means something here. */
  #onPlain({ key, altKey, shiftKey, target }, tile) {
    const row = this.#perRow();
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row };
    if (shiftKey) return false;
    if (altKey && key in steps) this.#move(tile, steps[key]);
    else if (altKey) return false;
    else if (key in steps) this.#step(steps[key]);
    else if (key === "Home") this.#focus(0);
    else if (key === "End") this.#focus(this.#tiles.length - 1);
    else if (key.toLowerCase() in KEYS) this.#command(KEYS[key.toLowerCase()]);
    else if (key === "Enter" && target === tile.focusable) this.#enlarge(tile);
    else return false;
    return true;
  }

  #step(by) {
    const to = this.#current + by;
    if (to >= 0 && to < this.#tiles.length) this.#focus(to);
  }

  #perRow() {
    const top = this.#tiles[0].element.offsetTop;
    const next = this.#tiles.findIndex(({ element }) => element.offsetTop !== top);
    return next < 0 ? this.#tiles.length : next;
  }

  async #enlarge(tile) {
    const pages = this.#tiles.map(({ page }) => page);
    const last = await this.#viewer.show(pages, this.#tiles.indexOf(tile));
    const there = this.#tiles.findIndex(({ page }) => page.id === pages[last].id);
    this.#focus(there < 0 ? this.#current : there);
  }

  async #remove(tile) {
    const number = this.#tiles.indexOf(tile) + 1;
    if (await this.#notice.around(() => this.#service.remove(tile.page))) {
      announce(`Page ${number} is removed`);
    }
  }

  async #move(tile, by) {
    const to = this.#tiles.indexOf(tile) + by;
    if (to < 0 || to >= this.#tiles.length) return;
    if (await this.#notice.around(() => this.#service.move(tile.page, to))) {
      announce(`Now page ${to + 1} of ${this.#tiles.length}`);
    }
  }
}
