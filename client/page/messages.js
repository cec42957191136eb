/** What people are told for each error code: what happened, and what they can do. */

const MESSAGES = {
  "no-scanner": ["No scanner found", "Check its power and cable, then look again."],
  "scanner-not-found": ["The scanner is no longer there", "Check its power and cable, or choose another one."],
  "scanner-busy": ["The scanner is in use", "Somebody else is scanning. Try again in a moment."],
  "scanner-lost": ["The connection to the scanner broke", "Check its power and cable, then scan again."],
  "scanner-io": ["The scanner reported an error", "Switch it off and on again, then scan again."],
  "scanner-timeout": ["The scanner does not answer", "Switch it off and on again, then scan again."],
  "scanner-denied": ["The scanner may not be used", "The service has no permission for this device; an administrator can change that."],
  "feeder-empty": ["The feeder is empty", "Put paper into the feeder."],
  "paper-jam": ["Paper is jammed", "Take out the jammed sheet and put it back on the stack."],
  "cover-open": ["The scanner's cover is open", "Close the cover."],
  "settings-refused": ["The scanner refuses these settings", "Choose another resolution, colour or page size."],
  "canceled-at-device": ["Canceled at the scanner", "Somebody pressed cancel on the scanner."],
  interrupted: ["The scan was cut off", "The scanning service was restarted. Scan the remaining sheets again."],
  "store-full": ["There is no room for more pages", "Download what you need and remove pages you no longer need."],
  "shutting-down": ["The scanning service is stopping", "Try again when it is back."],
  "connection-lost": ["The scanning service does not answer", "Try again when it is back; your pages are kept."],
  "not-running": ["The scanning service does not answer", "An administrator can look at it with systemctl status sheetfed."],
  "not-allowed": ["You may not use the scanners", "An administrator can allow it under [access] in sheetfed.toml."],
  "origin-not-granted": ["This page may not use the scanners", "Open it under the address that the service prints at its start."],
  "old-version": ["The scanning service is too old", "It was replaced while this page was open. Reload the page."],
  "too-many": ["Too much at once", "Wait until what is under way is done, then try again."],
  "not-found": ["It is no longer there", "It was removed in the meantime."],
  "index-out-of-range": ["The page is no longer there", "It was removed in the meantime."],
  "wrong-state": ["That is not possible now", "The scan has gone on or ended in the meantime."],
  "damaged-image": ["The image is damaged", "Scan it again, or take the file from where it came."],
  "unsupported-image": ["This kind of file cannot be added", "JPEG, PNG, BMP, WebP, TIFF and PDF can."],
  "too-large": ["The file is too large", "A file may have 256 MiB, a page 65,000 pixels a side."],
};

/** `{title, advice}` for an error or a paused job's `{reason, message}`. */
export function told({ code, reason, message }) {
  const known = MESSAGES[code ?? reason];
  if (known) return { title: known[0], advice: known[1] };
  return { title: "That did not work", advice: message || String(code ?? reason) };
}
