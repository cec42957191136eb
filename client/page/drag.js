/** A page is taken by its tile and put down elsewhere in the list. */

const FROM_HERE_ON_PX = 6;

export class Drag {
  #list;
  #moved;
  #start = null;
  #target = null;

  /** `moved(from, to)` is told the indices, before and after. */
  constructor({ list, moved }) {
    this.#list = list;
    this.#moved = moved;
    list.addEventListener("pointerdown", (event) => this.#onDown(event));
    list.addEventListener("pointermove", (event) => this.#onMove(event));
    list.addEventListener("pointerup", () => this.#onUp());
    list.addEventListener("pointercancel", () => this.#end());
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get #isUnderWay() {
    return this.#target !== null;
  }

  #onDown({ button, pointerType, target, clientX, clientY, pointerId }) {
    const item = target.closest("li");
    const isHandle = target.closest(".tile") && !target.closest(".icon");
    if (button !== 0 || pointerType === "touch" || !item || !isHandle) return;
    this.#start = { item, clientX, clientY, pointerId };
  }

  #onMove({ clientX, clientY, buttons }) {
    if (this.#start === null) return;
    if (buttons === 0) return this.#end();
    const { item, pointerId } = this.#start;
    const across = clientX - this.#start.clientX;
    const down = clientY - this.#start.clientY;
    if (!this.#isUnderWay && Math.hypot(across, down) < FROM_HERE_ON_PX) return;
    if (!this.#isUnderWay) this.#list.setPointerCapture(pointerId);
    item.classList.add("taken");
    item.style.translate = `${across}px ${down}px`;
    this.#pointAt(this.#gapAt(clientX, clientY));
  }

  #onUp() {
    const { item } = this.#start ?? {};
    const gap = this.#target;
    const items = [...this.#list.children];
    this.#end();
    if (gap === null) return;
    // The click that ends a drag is none on what lies below.
    const swallow = (event) => event.stopPropagation();
    this.#list.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => this.#list.removeEventListener("click", swallow, { capture: true }));
    const from = items.indexOf(item);
    const to = gap > from ? gap - 1 : gap;
    if (from >= 0 && to !== from) this.#moved(from, to);
  }

  #onKey(event) {
    if (!this.#isUnderWay || event.key !== "Escape") return;
    event.preventDefault();
    this.#end();
  }

  #end() {
    if (this.#start === null) return;
    this.#start.item.classList.remove("taken");
    this.#start.item.style.removeProperty("translate");
    this.#start = null;
    this.#pointAt(null);
  }

  /** The gap between tiles that is nearest, as the index of the tile after it. */
  #gapAt(x, y) {
    const others = [...this.#list.children].map((item, index) => ({ index, box: placeOf(item) }));
    const distance = ({ box }) =>
      Math.hypot(x - (box.left + box.width / 2), y - (box.top + box.height / 2));
    const nearest = others.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    return nearest.index + (x > nearest.box.left + nearest.box.width / 2 ? 1 : 0);
  }

  #pointAt(gap) {
    this.#target = gap;
    [...this.#list.children].forEach((item, index, items) => {
      item.classList.toggle("gap-before", index === gap);
      item.classList.toggle("gap-after", index === items.length - 1 && gap === items.length);
    });
  }
}

/** Where the item lies in the list, also while it is carried. */
function placeOf(item) {
  const list = item.parentElement.getBoundingClientRect();
  return {
    left: list.left + item.offsetLeft,
    top: list.top + item.offsetTop,
    width: item.offsetWidth,
    height: item.offsetHeight,
  };
}
