/** What the page remembers from one visit to the next; nothing where there is no storage. */

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(`sheetfed.${key}`)) ?? null;
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(`sheetfed.${key}`, JSON.stringify(value));
  } catch {
    // Remembering is a convenience.
  }
}
