/** Which buffer a web page uses. */

const KEY = "sheetfed.instance";

/** The same in every tab and after a reload, so that the pages are found again. */
export function keptInstance() {
  const made = crypto.getRandomValues(new Uint32Array(3)).join("-");
  try {
    const kept = localStorage.getItem(KEY);
    if (kept !== null) return kept;
    localStorage.setItem(KEY, made);
  } catch {
    return made; // no storage here: a frame with a sandbox, or cookies are blocked
  }
  return made;
}
