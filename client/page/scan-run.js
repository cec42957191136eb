/** A scan as the page shows it: progress, cancel, and a question when it pauses. */

import { announce, byId } from "./elements.js";
import { keep, kept } from "./kept.js";
import { PauseDialog } from "./pause-dialog.js";

const FINAL_STATES = ["done", "failed", "canceled"];

export class ScanRun {
  #service;
  #settings;
  #notice;
  #pause;
  #scan = null;

  constructor({ service, settings, notice }) {
    this.#service = service;
    this.#settings = settings;
    this.#notice = notice;
    this.#pause = new PauseDialog({ notice });
    settings.addEventListener("scan", ({ detail }) => this.#run(service.acquire(detail)));
    byId("cancel").addEventListener("click", () => this.#cancel());
    // A scan of another tab: the tabs share their pages, so they share their scans.
    service.addEventListener("job", ({ detail }) => {
      if (!FINAL_STATES.includes(detail.state)) this.#take(detail.job);
    });
  }

  /** Go on with the scan that was under way when the page was left. */
  follow() {
    const job = kept("job");
    if (job !== null) this.#take(job);
  }

  #take(job) {
    if (this.#scan === null) this.#run(this.#service.follow(job));
  }

  async #run(scan) {
    this.#scan = scan;
    this.#notice.hide();
    this.#settings.lock(true);
    this.#progress("Starting the scanner…");
    announce("Scanning");
    byId("cancel").hidden = false;
    byId("cancel").disabled = false;
    byId("scan").hidden = true;
    if (document.activeElement === document.body) byId("cancel").focus();
    scan.addEventListener("change", () => this.#show(scan));
    try {
      for await (const page of scan) announce(`Page ${page.index + 1} is scanned`);
      announce(scan.state === "done" ? "The scan is complete" : "The scan was canceled");
    } catch (error) {
      if (error.code !== "not-found") this.#notice.show(error);
    }
    this.#ended();
  }

  #show(scan) {
    if (scan.job !== kept("job")) keep("job", scan.job);
    const { state, progress, position, pages } = scan.status;
    const done = pages === 1 ? "1 page is done" : `${pages} pages are done`;
    const texts = {
      queued: `Waiting for the scanner, ${position} before you`,
      starting: "Starting the scanner…",
      scanning: pages === 0 ? "Scanning the first page…" : `Scanning… ${done}`,
      paused: `Paused. ${done}`,
      finishing: "Finishing…",
    };
    const percents = { scanning: progress || null, paused: 0 };
    if (state in texts) this.#progress(texts[state], percents[state]);
    if (state === "paused") this.#pause.ask(scan);
    else this.#pause.close();
  }

  #progress(text, percent = null) {
    const bar = byId("progress-bar");
    byId("progress").hidden = false;
    byId("progress-text").textContent = text;
    if (percent === null) bar.removeAttribute("value");
    else bar.value = percent;
  }

  async #cancel() {
    byId("cancel").disabled = true;
    this.#progress("Canceling…");
    const scan = this.#scan;
    if (scan === null || !(await this.#notice.around(() => scan.cancel()))) {
      byId("cancel").disabled = false;
    }
  }

  #ended() {
    const hadFocus = document.activeElement === byId("cancel");
    this.#scan = null;
    keep("job", null);
    this.#pause.close();
    byId("progress").hidden = true;
    byId("cancel").hidden = true;
    byId("scan").hidden = false;
    this.#settings.lock(false);
    if (hadFocus || document.activeElement === document.body) byId("scan").focus();
  }
}
