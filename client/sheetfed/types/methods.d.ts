/** Every method of the RPC protocol; made by docs/generate.py. */

import {
  Barcode,
  BarcodeOptions,
  BlankOptions,
  Box,
  EncodeOptions,
  FileType,
  ImageInfo,
  SplitRule,
} from "./pages.js";
import {
  Capabilities,
  Device,
  JobStatus,
  OptionOutcome,
  OptionValue,
  ScanSettings,
  ScannerOption,
} from "./scanning.js";
import {
  TransferStatus,
  UploadReply,
  UploadSettings,
} from "./uploads.js";

export interface Methods {
  /** The service's version, in the form `a, b, c, dddd`; may be called by GET. */
  VersionInfo(): [string, "", "64"];
  /** The names of all scanners. */
  GetSourceNames(): [string[]];
  /** All scanners. */
  GetDevices(refresh?: boolean | null): [Device[]];
  /** What can be chosen from, for each paper source. */
  GetCapabilities(scanner?: string | null): [Capabilities];
  /** From now on this scanner is meant where the instance names none. */
  SelectSource(scanner: string): [true];
  /** Keep a scanner for this instance, also between its scans. */
  OpenSource(scanner?: string | null): [true];
  /** Give the scanner back that was opened; without one nothing happens. */
  CloseSource(): [true];
  /** Everything that the scanner's driver lets one set. */
  GetOptions(scanner?: string | null): [ScannerOption[]];
  /** Set options in the order given, for the scans to come; opens the scanner if need be. */
  SetOptions(
    options: Record<string, OptionValue>,
    scanner?: string | null,
  ): [Record<string, OptionOutcome>, ScannerOption[]];
  /** Scan to the end of this instance's buffer. */
  AcquireImage(settings?: ScanSettings | null): [boolean, number[], string];
  /** How a scan stands; for a day after its end. */
  JobStatus(jobId: string): [JobStatus];
  /** Go on with a scan that is paused. */
  ResumeJob(jobId: string): [true];
  /** End a scan that is paused, with the pages it has. */
  FinishJob(jobId: string): [true];
  /** Cancel this instance's scans and uploads; pages that were read stay. */
  CancelAllPendingTransfers(): [true];
  /** How many pages there are. */
  HowManyImagesInBuffer(): [number];
  /** Which page is looked at; -1 without pages. */
  GetCurrentIndex(): [number];
  /** Say which page is looked at. */
  SetCurrentIndex(index: number): [number];
  /** What there is to know of a page. */
  GetImageInfo(index: number): [ImageInfo];
  /** The id of the page at this index: it stays when pages are moved. */
  IndexToImageID(index: number): [string];
  /** Where the page of this id is; -1 when it is not there. */
  ImageIDToIndex(id: string): [number];
  /** Put a page elsewhere. */
  MoveImage(index: number, to: number): [true];
  /** Let two pages change places. */
  SwitchImage(index: number, other: number): [true];
  /** Put copies of pages elsewhere; each has edits of its own from then on. */
  CopyImages(indices: number[], to: number): [true];
  /** The last page becomes the first. */
  ReversePages(): [true];
  /** Put the last `n` pages, a second pass of a feeder, behind the fronts before them. */
  InterleaveBacks(n: number, reversed?: boolean | null): [true];
  /** Move the parts of the buffer to new documents, cut at separator pages. */
  SplitDocument(rule: SplitRule): [string[]];
  /** Remove a page. */
  RemoveImage(index: number): [true];
  /** Remove pages. */
  RemoveImages(indices: number[]): [true];
  /** Remove all pages. */
  RemoveAllImages(): [true];
  /** Turn a page by any angle. */
  Rotate(index: number, degrees: number, keep_size?: boolean | null, fill?: string | null): [true];
  /** A quarter turn, without loss. */
  RotateLeft(index: number): [true];
  /** A quarter turn, without loss. */
  RotateRight(index: number): [true];
  /** Top and bottom change places. */
  Flip(index: number): [true];
  /** Left and right change places. */
  Mirror(index: number): [true];
  /** Keep this rectangle. */
  Crop(index: number, left: number, top: number, right: number, bottom: number): [true];
  /** Fill this rectangle. */
  Erase(
    index: number,
    left: number,
    top: number,
    right: number,
    bottom: number,
    fill?: string | null,
  ): [true];
  /** To exactly so many pixels. */
  ChangeImageSize(
    index: number,
    width: number,
    height: number,
    method?: "nearest" | "bilinear" | "bicubic" | "lanczos" | null,
  ): [true];
  /** Change the paper's size, or the number of pixels. */
  SetDPI(index: number, x: number, y: number, resample?: boolean | null): [true];
  /** Make a page gray. */
  ConvertToGrayScale(index: number): [true];
  /** Make a page black and white, one bit a pixel. */
  ConvertToBW(index: number, threshold?: number | "auto" | "adaptive" | null): [true];
  /** Black becomes white, white becomes black. */
  Invert(index: number): [true];
  /** In percent: -100 is all black, 100 all white. */
  ChangeBrightness(index: number, percent: number): [true];
  /** In percent: -100 is one gray. */
  ChangeContrast(index: number, percent: number): [true];
  /** By how many degrees the page's lines are turned clockwise. */
  GetSkewAngle(index: number): [number];
  /** Straighten a page; answers by how many degrees its lines were turned clockwise. */
  Deskew(index: number): [true, { angle: number }];
  /** Crop a page to the sheet on it; answers where it was, null with nothing around it. */
  AutoCrop(index: number): [true, { box: Box | null }];
  /** Turn a page so that its text stands upright, where tesseract is installed. */
  AutoOrient(index: number): [true, { degrees: number }];
  /** Whether nothing is on a page, and the part of it that is ink. */
  IsBlankImage(index: number, options?: BlankOptions | null): [boolean, number];
  /** Take the last edit of a page back. */
  Undo(index: number): [true];
  /** Do the edit again that was taken back last. */
  Redo(index: number): [true];
  /** Append the pages of an image or PDF; what it is, its content says. */
  LoadImageFromBase64Binary(data: string, type?: FileType | null): [true, number[]];
  /** Pages as one file; JPEG, PNG, BMP and WebP take one page, TIFF and PDF many. */
  ConvertToBase64(
    indices: number | number[],
    type: FileType,
    options?: EncodeOptions | null,
  ): [string];
  /** Send pages as a file to a server; it goes on when nobody waits for it any more. */
  HTTPUpload(upload: UploadSettings): [boolean, UploadReply | null];
  /** How an upload stands; for a day after its end. */
  TransferStatus(transferId: string): [TransferStatus];
  /** Cancel an upload; one that has ended stays as it is. */
  CancelTransfer(transferId: string): [true];
  /** The barcodes of these pages. */
  ReadBarcode(index: number | number[], options?: BarcodeOptions | null): [Barcode[]];
}
