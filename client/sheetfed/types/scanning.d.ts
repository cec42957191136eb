/** Scanners, settings and jobs: the words are those of Sheetfed's HTTP protocol. */

import { ErrorCode, Failure } from "./errors.js";

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
  | { ok: true; value: boolean | number | string | number[] | null; snapped?: true }
  | { ok: false; error: Failure };

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
  /** A name such as "A4", or a TWSS number of TWAIN. */
  page_size?: string | number;
  /** How many at most; absent or -1: all there are. */
  pages?: number;
  /** -100 to 100. */
  brightness?: number;
  /** -100 to 100. */
  contrast?: number;
  /** Drop blank pages. */
  discard_blank?: boolean;
  /** Straighten each page: an edit that can be undone. */
  deskew?: boolean;
  /** Crop each page to the sheet: an edit that can be undone. */
  auto_crop?: boolean;
  wait_for_paper_s?: number;
  /** Give up a page of which the scanner tells nothing for so long, in seconds. */
  silence_timeout_s?: number;
  /** Wait for a scanner that is busy. */
  queue?: boolean;
  /** A document of one's own to append to, by its id; without it, the instance's buffer. */
  document?: string;
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
  /** Blank ones that were dropped. */
  discarded: number;
  /** Of the page being read, 0 to 100. */
  progress: number;
  /** Jobs ahead of a queued one. */
  position: number;
  scanner: string;
  /** Whose buffer the pages go to. */
  instance: string | null;
  /** What the scanner could not do exactly. */
  snapped: { setting: string; asked: unknown; actual: unknown }[];
  /** Settings that mean nothing to the service. */
  ignored: string[];
  error: Failure | null;
}

export interface JobStatus extends JobEvent {
  /** Where the job's pages are in the buffer now. */
  indices: number[];
  /** It is paused, and can go on. */
  resumable: boolean;
}
