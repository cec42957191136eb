/** What can be done to a page. Nothing is overwritten: each edit can be undone and redone. */

import { Pages } from "./pages.js";

export class Edits extends Pages {
  /** Clockwise, by any angle; the page grows unless it is to keep its size. */
  async rotate(page, degrees, { keepSize, fill } = {}) {
    await this.#edit("Rotate", page, degrees, keepSize, fill);
  }

  async rotateLeft(page) {
    await this.#edit("RotateLeft", page);
  }

  async rotateRight(page) {
    await this.#edit("RotateRight", page);
  }

  /** Top and bottom change places. */
  async flip(page) {
    await this.#edit("Flip", page);
  }

  /** Left and right change places. */
  async mirror(page) {
    await this.#edit("Mirror", page);
  }

  /** Keep this rectangle, in pixels of the page as it is now. */
  async crop(page, { left, top, right, bottom }) {
    await this.#edit("Crop", page, left, top, right, bottom);
  }

  /** Fill this rectangle. */
  async erase(page, { left, top, right, bottom, fill }) {
    await this.#edit("Erase", page, left, top, right, bottom, fill);
  }

  /** To exactly this many pixels. */
  async resize(page, { width, height, method }) {
    await this.#edit("ChangeImageSize", page, width, height, method);
  }

  /** The paper's size changes; with `resample` the number of pixels does instead. */
  async setDpi(page, { x, y = x, resample }) {
    await this.#edit("SetDPI", page, x, y, resample);
  }

  async toGray(page) {
    await this.#edit("ConvertToGrayScale", page);
  }

  /** `threshold` is 0 to 255, "auto", or "adaptive" for paper that is lit unevenly. */
  async toBlackWhite(page, threshold = "auto") {
    await this.#edit("ConvertToBW", page, threshold);
  }

  async invert(page) {
    await this.#edit("Invert", page);
  }

  /** -100 to 100. */
  async brightness(page, percent) {
    await this.#edit("ChangeBrightness", page, percent);
  }

  /** -100 to 100. */
  async contrast(page, percent) {
    await this.#edit("ChangeContrast", page, percent);
  }

  /** By how many degrees the page's lines are turned clockwise. */
  async skewAngle(page) {
    const [degrees] = await this.call("GetSkewAngle", [await this.indexOf(page)]);
    return degrees;
  }

  /** Straighten the page; answers by how many degrees its lines were turned clockwise. */
  async deskew(page) {
    const { angle } = await this.#edit("Deskew", page);
    return angle;
  }

  /** Crop to the sheet; answers where it was, null where nothing was around it. */
  async autoCrop(page) {
    const { box } = await this.#edit("AutoCrop", page);
    return box;
  }

  /** Turn the page so that its text stands upright; answers by how many degrees, clockwise. */
  async autoOrient(page) {
    const { degrees } = await this.#edit("AutoOrient", page);
    return degrees;
  }

  /** Whether nothing is on the page, and the part of it that is ink, 0 to 1. */
  async blankness(page, { threshold } = {}) {
    const parameters = threshold === undefined ? [] : [{ threshold }];
    const index = await this.indexOf(page);
    const [isBlank, ratio] = await this.call("IsBlankImage", [index, ...parameters]);
    return { isBlank, ratio };
  }

  async undo(page) {
    await this.#edit("Undo", page);
  }

  async redo(page) {
    await this.#edit("Redo", page);
  }

  async #edit(method, page, ...values) {
    const given = values.map((value) => value ?? null);
    const [, more] = await this.call(method, [await this.indexOf(page), ...given]);
    return more;
  }
}
