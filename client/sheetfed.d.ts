/** Types of sheetfed.js: the words are those of Sheetfed's HTTP protocol. */

export type PaperSource = "flatbed" | "feeder" | "feeder-duplex";
export type Mode = "color" | "gray" | "bw";
export type JobState =
  | "queued"
  | "starting"
  | "scanning"
  | "paused"
  | "finishing"
  | "done"
  | "failed"
  | "canceled";

/** Codes of the service, and after them those that only this client can find out. */
export type ErrorCode =
  | "invalid-parameter"
  | "index-out-of-range"
  | "not-found"
  | "method-not-allowed"
  | "origin-not-granted"
  | "not-allowed"
  | "wrong-password"
  | "wrong-host"
  | "nothing-to-undo"
  | "wrong-state"
  | "gone"
  | "too-large"
  | "too-many"
  | "scanner-busy"
  | "scanner-not-found"
  | "scanner-lost"
  | "no-scanner"
  | "feeder-empty"
  | "paper-jam"
  | "cover-open"
  | "scanner-io"
  | "scanner-timeout"
  | "scanner-denied"
  | "settings-refused"
  | "canceled-at-device"
  | "interrupted"
  | "unsupported-image"
  | "damaged-image"
  | "upload-refused"
  | "upload-failed"
  | "store-full"
  | "shutting-down"
  | "internal-error"
  | "not-running"
  | "local-network-denied"
  | "old-version"
  | "connection-lost";

export interface ConnectOptions {
  /** Where the service is; without it, looked for on its usual ports of this computer. */
  base?: string | URL;
  /** Which buffer to use: 1 to 64 of A-Z a-z 0-9 _ -. Without it, one kept for this origin. */
  instance?: string;
}

export interface Device {
  id: string;
  name: string;
  vendor: string;
  model: string;
  type: string;
  connection: "usb" | "network" | "scsi" | "parallel" | "virtual" | "unknown";
  busy: boolean;
  /** Its driver can be asked now. */
  available: boolean;
  /** Its driver crashed or hung too often; an administrator can have it tried again. */
  quarantined: boolean;
}

export interface SourceCapabilities {
  source: PaperSource;
  modes: Mode[];
  /** Bits a sample. */
  depths: number[];
  /** In dpi; empty when there is a range. */
  resolutions: number[];
  resolution_range: { min: number; max: number; step: number } | null;
  area_mm: { width: number; height: number } | null;
}

export interface Capabilities {
  sources: SourceCapabilities[];
  feeder: boolean;
  duplex: boolean;
}

/** What an option can be set to; a button is pressed by true. */
export type OptionValue = boolean | number | string | number[] | { automatic: true };

/** An option of a scanner's driver, as SANE describes it. */
export interface ScannerOption {
  /** Empty for a group. */
  name: string;
  title: string;
  desc: string;
  group: string;
  type: "bool" | "int" | "fixed" | "string" | "button" | "group" | "unknown";
  unit: "none" | "pixel" | "bit" | "mm" | "dpi" | "percent" | "microsecond";
  /** Of the value, in bytes; a number has four. */
  size: number;
  constraint: { min: number; max: number; step: number } | number[] | string[] | null;
  value: boolean | number | string | number[] | null;
  /** It counts with the present values of the others. */
  active: boolean;
  settable: boolean;
  /** The driver can choose its value. */
  automatic: boolean;
  advanced: boolean;
  /** It is set at the scanner itself. */
  hard_select: boolean;
  detectable: boolean;
  emulated: boolean;
}

/** What became of an option that was set. */
export type OptionOutcome =
  | { ok: true; value: ScannerOption["value"]; snapped?: true }
  | {
      ok: false;
      error: { code: ErrorCode; message: string; details: Record<string, unknown> };
    };

/** All optional; what is absent is left to the service. */
export interface ScanSettings {
  /** A scanner's id or name. */
  scanner?: string;
  paper_source?: PaperSource;
  mode?: Mode;
  /** In dpi. */
  resolution?: number;
  /** Bits a sample. */
  depth?: 8 | 16;
  /** In mm. */
  area?: { left: number; top: number; width: number; height: number };
  page_size?: string;
  /** How many at most; absent or -1: all there are. */
  pages?: number;
  /** -100 to 100. */
  brightness?: number;
  /** -100 to 100. */
  contrast?: number;
  wait_for_paper_s?: number;
  /** Wait for a scanner that is busy. */
  queue?: boolean;
  /** SANE options by their own names. */
  options?: Record<string, OptionValue>;
}

export interface JobEvent {
  job: string;
  state: JobState;
  /** Why it is paused or failed. */
  reason: ErrorCode | null;
  message: string;
  /** How many are stored. */
  pages: number;
  /** Of the page being read, 0 to 100. */
  progress: number;
  /** Jobs ahead of a queued one. */
  position: number;
  scanner: string;
  snapped: { setting: string; asked: unknown; actual: unknown }[];
  ignored: string[];
}

export interface JobStatus extends JobEvent {
  /** Where the job's pages are in the buffer now. */
  indices: number[];
  error: { code: ErrorCode; message: string; details: Record<string, unknown> } | null;
}

export interface Page {
  id: string;
  index: number;
  /** The image in full size, for an `<img>`. */
  url: string;
}

export interface PageInfo extends Page {
  width: number;
  height: number;
  /** Bits a pixel. */
  bit_depth: number;
  x_dpi: number;
  y_dpi: number;
  bytes: number;
}

export interface PageEvent extends Page {
  action: "added" | "removed";
  document: string;
  instance: string | null;
  /** The scan it came from; null for a page that was removed. */
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
  /** The event stream itself: it opened, or was lost and is being taken up again. */
  connection: CustomEvent<{ state: "open" | "lost" }>;
}

export interface ScanEvents {
  change: CustomEvent<JobEvent>;
  /** Answer with resume(), finish() or cancel(). */
  pause: CustomEvent<JobEvent>;
}

/** Rejects with a SheetfedError that says why there is no service to use. */
export function connect(options?: ConnectOptions): Promise<Sheetfed>;

export class Sheetfed extends EventTarget {
  constructor(where: { base: string; instance: string; version?: string });
  readonly base: string;
  readonly instance: string;
  readonly version: string;
  devices(options?: { refresh?: boolean }): Promise<Device[]>;
  capabilities(scanner?: string): Promise<Capabilities>;
  selectScanner(scanner: string): Promise<void>;
  openScanner(scanner?: string): Promise<void>;
  closeScanner(): Promise<void>;
  options(scanner?: string): Promise<ScannerOption[]>;
  setOptions(
    values: Record<string, OptionValue>,
    scanner?: string,
  ): Promise<{ outcomes: Record<string, OptionOutcome>; options: ScannerOption[] }>;
  acquire(settings?: ScanSettings): Scan;
  /** A scan that was begun earlier: after a reload, or in another tab. */
  follow(job: string): Scan;
  job(id: string): Promise<JobStatus>;
  pages(): Promise<PageInfo[]>;
  page(index: number): Promise<PageInfo>;
  imageUrl(
    page: { url: string },
    options?: { width?: number; height?: number; type?: "jpeg" | "png" },
  ): string;
  move(page: { id: string } | number, to: number): Promise<void>;
  remove(page: { id: string } | number): Promise<void>;
  removeAll(): Promise<void>;
  exportPdf(options?: { indices?: number[]; quality?: number }): Promise<Blob>;
  export(
    type: "pdf" | "jpeg" | "png",
    options?: { indices?: number[]; quality?: number },
  ): Promise<Blob>;
  call(method: string, parameter?: unknown[], options?: { wait?: boolean }): Promise<unknown[]>;
  listening(): Promise<void>;
  close(): void;
  addEventListener<Name extends keyof SheetfedEvents>(
    type: Name,
    listener: (event: SheetfedEvents[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** Leaving its loop early cancels the scan. A failed scan throws after its last page. */
export class Scan extends EventTarget implements AsyncIterable<Page> {
  constructor(service: Sheetfed, begin: () => string | Promise<string>);
  /** Null until the service has accepted it. */
  readonly job: string | null;
  readonly state: JobState;
  readonly status: JobEvent | null;
  [Symbol.asyncIterator](): AsyncIterator<Page>;
  resume(): Promise<void>;
  finish(): Promise<void>;
  cancel(): Promise<void>;
  addEventListener<Name extends keyof ScanEvents>(
    type: Name,
    listener: (event: ScanEvents[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export class SheetfedError extends Error {
  constructor(
    code: ErrorCode,
    message: string,
    details?: Record<string, unknown>,
    status?: number,
  );
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  /** The HTTP status, 0 when there was no answer. */
  readonly status: number;
}
