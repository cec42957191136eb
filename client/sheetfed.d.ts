/** Types of sheetfed.js: the words are those of Sheetfed's HTTP protocol. */

import { Access, Permission, ScanEvents, SheetfedEvents } from "./sheetfed/types/events.js";
import { Methods } from "./sheetfed/types/methods.js";
import {
  Barcode,
  BarcodeOptions,
  BlankOptions,
  Box,
  ExportOptions,
  FileType,
  Page,
  PageInfo,
  PageOrIndex,
} from "./sheetfed/types/pages.js";
import {
  Capabilities,
  Device,
  JobEvent,
  JobState,
  JobStatus,
  OptionOutcome,
  OptionValue,
  ScanSettings,
  ScannerOption,
} from "./sheetfed/types/scanning.js";
import { TransferEvent, TransferState, UploadReply, UploadSettings } from "./sheetfed/types/uploads.js";

export * from "./sheetfed/types/errors.js";
export * from "./sheetfed/types/events.js";
export * from "./sheetfed/types/methods.js";
export * from "./sheetfed/types/pages.js";
export * from "./sheetfed/types/scanning.js";
export * from "./sheetfed/types/uploads.js";

export interface AskOptions {
  /** Ends the wait; the request stays. */
  signal?: AbortSignal;
  /** Told once, when the user has to decide: show what is waited for. */
  waiting?: (access: Access) => void;
}

export interface ConnectOptions extends AskOptions {
  /** Where the service is, or several places to try; without it, its usual ports of this computer. */
  base?: string | URL | (string | URL)[];
  /** Which buffer to use: 1 to 64 of A-Z a-z 0-9 _ -. Without it, one kept for this origin. */
  instance?: string;
  /** Ask the user of this computer for these, and wait for the answer; true is ["scan"]. */
  ask?: boolean | Permission[];
}

/** Rejects with a SheetfedError that says why there is no service to use. */
export function connect(options?: ConnectOptions): Promise<Sheetfed>;

export class Sheetfed extends EventTarget {
  constructor(where: {
    base: string;
    instance: string;
    version?: string;
    permissions?: Permission[];
  });
  /** What this page may do, as of when it was connected or asked last. */
  readonly permissions: Permission[];
  /** Ask the user for more, and wait for the answer. */
  askFor(wants: Permission[], options?: AskOptions): Promise<void>;
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
  /** `url` may be relative to your page. */
  upload(url: string | URL, settings?: Omit<UploadSettings, "url">): Upload;
  /** An upload that was begun earlier: after a reload, or in another tab. */
  watch(transfer: string): Upload;
  job(id: string): Promise<JobStatus>;
  pages(): Promise<PageInfo[]>;
  page(index: number): Promise<PageInfo>;
  indexOf(page: PageOrIndex): Promise<number>;
  /** `ticks` makes another address of it: browsers keep a picture by its address. */
  imageUrl(
    page: { url: string },
    options?: {
      width?: number;
      height?: number;
      type?: "jpeg" | "png" | "webp";
      ticks?: number | string;
    },
  ): string;
  move(page: PageOrIndex, to: number): Promise<void>;
  swap(page: PageOrIndex, other: PageOrIndex): Promise<void>;
  copy(pages: PageOrIndex[], to: number): Promise<void>;
  reverse(): Promise<void>;
  /** For a second pass through a feeder: the last `count` pages are backs, the last one first. */
  interleaveBacks(count: number): Promise<void>;
  remove(page: PageOrIndex): Promise<void>;
  removeAll(): Promise<void>;
  /** Append an image or PDF; answers the indices of its pages. */
  load(file: Blob, options?: { type?: FileType; signal?: AbortSignal }): Promise<number[]>;
  exportPdf(options?: ExportOptions): Promise<Blob>;
  export(type: FileType, options?: ExportOptions): Promise<Blob>;
  /** Of these pages; of all without any. */
  barcodes(
    pages?: PageOrIndex | PageOrIndex[],
    options?: BarcodeOptions,
  ): Promise<Barcode[]>;
  /** Clockwise; `fill` is what comes into the corners, white without it. */
  rotate(
    page: PageOrIndex,
    degrees: number,
    options?: { keepSize?: boolean; fill?: string },
  ): Promise<void>;
  rotateLeft(page: PageOrIndex): Promise<void>;
  rotateRight(page: PageOrIndex): Promise<void>;
  flip(page: PageOrIndex): Promise<void>;
  mirror(page: PageOrIndex): Promise<void>;
  crop(page: PageOrIndex, box: Box): Promise<void>;
  erase(page: PageOrIndex, box: Box & { fill?: string }): Promise<void>;
  resize(
    page: PageOrIndex,
    size: {
      width: number;
      height: number;
      method?: "nearest" | "bilinear" | "bicubic" | "lanczos";
    },
  ): Promise<void>;
  setDpi(page: PageOrIndex, dpi: { x: number; y?: number; resample?: boolean }): Promise<void>;
  toGray(page: PageOrIndex): Promise<void>;
  toBlackWhite(page: PageOrIndex, threshold?: number | "auto" | "adaptive"): Promise<void>;
  invert(page: PageOrIndex): Promise<void>;
  /** -100 to 100. */
  brightness(page: PageOrIndex, percent: number): Promise<void>;
  /** -100 to 100. */
  contrast(page: PageOrIndex, percent: number): Promise<void>;
  /** By how many degrees the page's lines are turned clockwise. */
  skewAngle(page: PageOrIndex): Promise<number>;
  /** Straightens it; answers by how many degrees its lines were turned clockwise. */
  deskew(page: PageOrIndex): Promise<number>;
  /** Where the sheet was; null where nothing was around it. */
  autoCrop(page: PageOrIndex): Promise<Box | null>;
  /** Turns it upright by its text; answers by how many degrees, 0 also where nothing was read. */
  autoOrient(page: PageOrIndex): Promise<number>;
  blankness(
    page: PageOrIndex,
    options?: BlankOptions,
  ): Promise<{ isBlank: boolean; ratio: number }>;
  /** Throws `nothing-to-undo` when there is none. */
  undo(page: PageOrIndex): Promise<void>;
  redo(page: PageOrIndex): Promise<void>;
  /** Any method of the protocol. */
  call<Name extends keyof Methods>(
    method: Name,
    parameter?: Parameters<Methods[Name]>,
    options?: { wait?: true },
  ): Promise<ReturnType<Methods[Name]>>;
  /** Without waiting for a long method's end: answers `[true, id]` once it is accepted. */
  call(method: keyof Methods, parameter: unknown[], options: { wait: false }): Promise<unknown[]>;
  /** Where `doc`, `load` or `events` of this instance are. */
  address(what: string, query?: Record<string, string>): string;
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

/** The service sends; closing the page does not end it. */
export class Upload extends EventTarget {
  constructor(service: Sheetfed, begin: () => string | Promise<string>);
  /** Null until the service has accepted it. */
  readonly transfer: string | null;
  readonly state: TransferState;
  readonly status: TransferEvent | null;
  /** What the server answered; null when it was canceled. Rejects with a SheetfedError. */
  readonly done: Promise<UploadReply | null>;
  cancel(): Promise<void>;
  addEventListener(
    type: "change",
    listener: (event: CustomEvent<TransferEvent>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
