/** Files into the downloads folder. */

import { make } from "./elements.js";

/** A browser may read the address some time after the click. */
const KEPT_MS = 60_000;

/** Save it under the name of this minute. */
export function save(blob, extension) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: fileName(extension) }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

function fileName(extension) {
  const now = new Date();
  const numbers = [now.getFullYear(), now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes()];
  const [year, ...rest] = numbers.map((number) => String(number).padStart(2, "0"));
  return `scan-${year}-${rest[0]}-${rest[1]}-${rest[2]}${rest[3]}.${extension}`;
}
