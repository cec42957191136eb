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

export interface SheetfedEvents {
  job: CustomEvent<JobEvent>;
  page: CustomEvent<PageEvent>;
  document: CustomEvent<DocumentEvent>;
  scanner: CustomEvent<ScannerEvent>;
  transfer: CustomEvent<TransferEvent>;
  /** The event stream itself: it opened, or was lost and is being taken up again. */
  connection: CustomEvent<{ state: "open" | "lost" }>;
}

export interface ScanEvents {
  change: CustomEvent<JobEvent>;
  /** Answer with resume(), finish() or cancel(). */
  pause: CustomEvent<JobEvent>;
}
