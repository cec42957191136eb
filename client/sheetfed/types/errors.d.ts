/** What goes wrong. */

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
  | "certificate-not-trusted"
  | "old-version"
  | "connection-lost";

/** What the service says of an error. */
export interface Failure {
  /** For programs. */
  code: ErrorCode;
  /** A sentence for people, in English. */
  message: string;
  /** Such as a parameter's `name` and what is `allowed`. */
  details: Record<string, unknown>;
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
