/** The one place where the page says that something went wrong. */

import { byId } from "./elements.js";
import { told } from "./messages.js";

export class Notice {
  constructor() {
    byId("notice-close").addEventListener("click", () => this.hide());
  }

  show(error) {
    const { title, advice } = told(error);
    if (error.code === undefined) console.error(error);
    byId("notice-title").textContent = title;
    byId("notice-advice").textContent = advice;
    byId("notice").hidden = false;
  }

  hide() {
    byId("notice").hidden = true;
  }

  /** Do it; what it fails with is shown. Answers whether it succeeded. */
  async around(work) {
    try {
      await work();
      return true;
    } catch (error) {
      this.show(error);
      return false;
    }
  }
}
