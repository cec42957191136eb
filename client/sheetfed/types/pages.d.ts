/** Pages, and the files that they come in and go out as. */

export interface Page {
  id: string;
  index: number;
  /** The image in full size, for an `<img>`. */
  url: string;
}

/** What there is to know of a page. */
export interface ImageInfo {
  id: string;
  width: number;
  height: number;
  /** Bits a pixel. */
  bit_depth: number;
  x_dpi: number;
  y_dpi: number;
  /** What the store holds for it. */
  bytes: number;
  /** Those that are applied, the first one first. */
  edits: Edit[];
  can_undo: boolean;
  can_redo: boolean;
  url: string;
}

export interface PageInfo extends ImageInfo {
  index: number;
}

/** An edit of a page; one that the service tells has all of its values. */
export type Edit =
  | { op: "rotate"; degrees: number; keep_size?: boolean; fill?: string }
  | { op: "mirror" }
  | { op: "flip" }
  | { op: "crop"; left: number; top: number; right: number; bottom: number }
  | { op: "erase"; left: number; top: number; right: number; bottom: number; fill?: string }
  | {
      op: "resize";
      width: number;
      height: number;
      method?: "nearest" | "bilinear" | "bicubic" | "lanczos";
    }
  | { op: "set-dpi"; x: number; y: number; resample?: boolean }
  | { op: "gray" }
  | { op: "black-white"; threshold?: number | "auto" | "adaptive" }
  | { op: "invert" }
  | { op: "brightness"; percent: number }
  | { op: "contrast"; percent: number };

export interface BlankOptions {
  /** A page with less ink than this part of it is blank; 0.00001. */
  threshold?: number;
}

/** A page, or where it is. Prefer the page: an index may have become another page's. */
export type PageOrIndex = { id: string } | number;

/** In pixels of the page as it is now, from its top left corner; right and bottom not included. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export type FileType = "jpeg" | "png" | "bmp" | "webp" | "tiff" | "pdf";

/** What a file of pages is to be like. */
export interface EncodeOptions {
  /** 1 to 100, of JPEG and WebP, also within a PDF or TIFF; 85. */
  quality?: number;
  /** Of a TIFF or PDF; a PDF takes neither "none" nor "lzw". */
  compression?: "auto" | "none" | "lzw" | "deflate" | "group4" | "jpeg" | number;
  /** The paper that a PDF's pages are fitted on, such as "A4"; without it, as large as scanned. */
  page_size?: string;
  title?: string;
  author?: string;
  subject?: string;
  keywords?: string;
  /** PDF/A-2b; not with a password. */
  archive?: boolean;
  /** Make a PDF's text searchable: tesseract's names, such as ["eng", "deu"]. */
  languages?: string[];
  /** Encrypts a PDF. */
  password?: string;
}

export interface ExportOptions extends EncodeOptions {
  /** Which pages; without it all. JPEG, PNG, BMP and WebP hold one. */
  indices?: number[];
  signal?: AbortSignal;
}

export type BarcodeFormat =
  | "aztec"
  | "codabar"
  | "code-39"
  | "code-93"
  | "code-128"
  | "data-matrix"
  | "ean-8"
  | "ean-13"
  | "itf"
  | "pdf417"
  | "qr-code"
  | "upc-a"
  | "upc-e";

export interface BarcodeOptions {
  /** Those to look for; without it all. */
  formats?: BarcodeFormat[];
}

export interface Barcode {
  text: string;
  format: BarcodeFormat;
  /** Its corners, across and down in pixels, clockwise from its own top left. */
  points: [number, number][];
  /** The index of the page that it is on. */
  page: number;
}

/** Where a new document begins. A separator page is removed unless it is kept. */
export type SplitRule =
  | { at: "every"; pages: number }
  | { at: "blank"; threshold?: number; keep?: boolean }
  | { at: "barcode"; text?: string; formats?: BarcodeFormat[]; keep?: boolean };
