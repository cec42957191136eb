/** What is told as it happens. */

import { JobEvent } from "./scanning.js";
import { Page } from "./pages.js";
import { TransferEvent } from "./uploads.js";

export interface PageEvent extends Page {
  action: "added" | "changed" | "removed";
  document: string;
  instance: string | null;
  /** The scan it came from; null but for a page that was added by one. */
  job: string | null;
}

export interface DocumentEvent {
  action: "changed" | "removed";
  document: string;
  instance: string | null;
}

export interface ScannerEvent {
  action: "added" | "removed" | "changed";
  id: string;
  name: string;
  busy: boolean;
  available: boolean;
}

/** `upload`: the service sends your pages to your server by itself. `scan` includes `list` and `read`. */
export type Permission = "list" | "scan" | "read" | "upload";

export type AccessState = "pending" | "granted" | "denied";

/** How this page stands with the service. */
export interface Access {
  /** "denied" also means that nothing was asked yet. */
  state: "pending" | "granted" | "denied";
  /** Those that the page has. */
  permissions: Permission[];
  /** Whether the page has asked, or the user has decided. */
  asked: boolean;
  version: string;
}

export interface AccessEvent {
  /** Yours; on the service's own page any. */
  origin: string;
  state: AccessState;
  /** Those that it has now. Without any, the stream ends after this event. */
  permissions: Permission[];
}

export interface SheetfedEvents {
  job: CustomEvent<JobEvent>;
  page: CustomEvent<PageEvent>;
  document: CustomEvent<DocumentEvent>;
  scanner: CustomEvent<ScannerEvent>;
  transfer: CustomEvent<TransferEvent>;
  access: CustomEvent<AccessEvent>;
  /** The event stream itself: it opened, or was lost and is being taken up again. */
  connection: CustomEvent<{ state: "open" | "lost" }>;
}

export interface ScanEvents {
  change: CustomEvent<JobEvent>;
  /** Answer with resume(), finish() or cancel(). */
  pause: CustomEvent<JobEvent>;
}
