/** Pages on their way to a server. */

import { Failure } from "./errors.js";
import { EncodeOptions, FileType } from "./pages.js";

export interface UploadSettings {
  /** https, or http on this computer; of your page's own origin, or of one that is allowed. */
  url: string;
  /** POST, a form with the file in it; PUT is the file alone. */
  method?: "POST" | "PUT";
  /** Which pages, in this order; without it all. */
  indices?: number[];
  /** "pdf" */
  type?: FileType;
  /** What the file is like. */
  options?: EncodeOptions;
  /** As the form says; "scan.pdf" or the like. */
  file_name?: string;
  /** The file's in the form; "RemoteFile". */
  field_name?: string;
  /** The form's other fields, in this order, before the file. */
  fields?: Record<string, string | number | boolean>;
  /** Of the request; not the connection's, nor cookies. */
  headers?: Record<string, string>;
}

export interface UploadReply {
  /** Of HTTP. */
  status: number;
  /** What the server answered, as text; its first 64 KiB. */
  body: string;
}

export type TransferState =
  | "preparing"
  | "sending"
  | "waiting"
  | "done"
  | "failed"
  | "canceled";

export interface TransferEvent {
  transfer: string;
  /** "waiting": to be tried again. */
  state: TransferState;
  /** How much of the file has left, 0 to 100. */
  progress: number;
  sent_bytes: number;
  total_bytes: number;
  /** The first is 1. */
  attempt: number;
  pages: number;
  origin: string;
  instance: string | null;
  /** Of HTTP, when it is done. */
  status: number | null;
  error: Failure | null;
}

export interface TransferStatus extends TransferEvent {
  reply: UploadReply | null;
}
