/** Sheetfed's client: find the scanning service of this computer, scan, look after the pages. */

import { askForAccess, isGranted, notGranted } from "./sheetfed/access.js";
import { Edits } from "./sheetfed/edits.js";
import { SheetfedError } from "./sheetfed/errors.js";
import { find } from "./sheetfed/find.js";
import { keptInstance } from "./sheetfed/instance.js";
import { Scan } from "./sheetfed/scan.js";
import { Upload } from "./sheetfed/upload.js";

export { Scan, SheetfedError, Upload };

/** Find the service and make sure that this page may use it. */
export async function connect({ base, instance = keptInstance(), ask = [], signal, waiting } = {}) {
  const found = await find(base);
  const wants = ask === true ? ["scan"] : ask || [];
  let { access } = found;
  if (!isGranted(access, wants)) access = await askForAccess(found.base, { wants, signal, waiting });
  if (access.permissions.length === 0) throw notGranted(found.base, access);
  return new Sheetfed({ ...found, instance, permissions: access.permissions });
}

/** The service, for one instance: its scanners and the pages of its buffer. */
export class Sheetfed extends Edits {
  constructor({ permissions = [], ...where }) {
    super(where);
    this.permissions = permissions;
  }

  /** Ask the user for more permissions, and wait for the answer. */
  async askFor(wants, { signal, waiting } = {}) {
    if (isGranted(this, wants)) return;
    const { permissions } = await askForAccess(this.base, { wants, signal, waiting });
    this.permissions = permissions;
  }

  async devices({ refresh = false } = {}) {
    const [devices] = await this.call("GetDevices", [refresh]);
    return devices;
  }

  async capabilities(scanner) {
    const [capabilities] = await this.call("GetCapabilities", given(scanner));
    return capabilities;
  }

  /** From now on this scanner is meant where none is named. */
  async selectScanner(scanner) {
    await this.call("SelectSource", [scanner]);
  }

  /** Keep a scanner for this instance, also between its scans. */
  async openScanner(scanner) {
    await this.call("OpenSource", given(scanner));
  }

  async closeScanner() {
    await this.call("CloseSource");
  }

  /** Everything that the scanner's driver lets one set. */
  async options(scanner) {
    const [options] = await this.call("GetOptions", given(scanner));
    return options;
  }

  /** Set options for the scans to come; the scanner is kept as by `openScanner`. */
  async setOptions(values, scanner) {
    const [outcomes, options] = await this.call("SetOptions", [values, ...given(scanner)]);
    return { outcomes, options };
  }

  /** Scan; iterate over what it returns to get each page as it comes. */
  acquire(settings = {}) {
    return new Scan(this, async () => {
      const [, job] = await this.call("AcquireImage", [settings], { wait: false });
      return job;
    });
  }

  /** Take up a scan that was begun earlier: all of its pages, then those to come. */
  follow(job) {
    return new Scan(this, () => job);
  }

  /** Have the service send pages to your server; it goes on when this page is closed. */
  upload(url, settings = {}) {
    return new Upload(this, async () => {
      const there = new URL(url, location.href).href;
      const [, transfer] = await this.call("HTTPUpload", [{ ...settings, url: there }], {
        wait: false,
      });
      return transfer;
    });
  }

  /** Watch an upload that was begun earlier. */
  watch(transfer) {
    return new Upload(this, () => transfer);
  }

  async job(id) {
    const [status] = await this.call("JobStatus", [id]);
    return status;
  }
}

function given(scanner) {
  return scanner ? [scanner] : [];
}
