/** What goes wrong, as the one kind of error that this client throws. */

/** What went wrong: `code` for programs, `message` for people, `details` for both. */
export class SheetfedError extends Error {
  constructor(code, message, details = {}, status = 0) {
    super(message);
    this.name = "SheetfedError";
    this.code = code;
    this.details = details;
    this.status = status;
  }
}

/** A request's answer; everything else is thrown as a SheetfedError. */
export async function ask(url, init) {
  let answer;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw lostConnection();
  }
  if (answer.ok) return answer;
  const { error } = await answer.json().catch(() => ({}));
  const { code = "internal-error", message = answer.statusText, details } = error ?? {};
  throw new SheetfedError(code, message, details, answer.status);
}

export function lostConnection() {
  return new SheetfedError("connection-lost", "the scanning service does not answer");
}

/** A page that was removed while it was asked for is null. */
export async function orNullWhenGone(page) {
  try {
    return await page;
  } catch (error) {
    if (error.code === "index-out-of-range") return null;
    throw error;
  }
}
