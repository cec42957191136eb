/** Find the service on this computer, and tell why when there is none. */

import { accessAt, versionAt } from "./access.js";
import { SheetfedError } from "./errors.js";

const PORTS = { http: 18622, https: 18623 };
const OLDEST_SERVICE = [0, 1, 0];
const ANSWER_WITHIN_MS = 5_000;
const PERSON_ANSWERS_WITHIN_MS = 120_000;

/**
 * Where the service is, its version, and what this page may do there. `base` is the one address to
 * try, or several in their order; without it the usual ports of this computer are.
 */
export async function find(base) {
  const bases = base ? [base].flat().map((each) => new URL(each).origin) : likelyBases();
  const permission = await localNetworkPermission();
  const within = permission === "prompt" ? PERSON_ANSWERS_WITHIN_MS : ANSWER_WITHIN_MS;
  for (const candidate of bases) {
    const found = await lookAt(candidate, within);
    if (found !== null) return { base: candidate, ...found };
  }
  throw await whyNotFound(bases);
}

function likelyBases() {
  const http = `http://127.0.0.1:${PORTS.http}`;
  return location.protocol === "https:" ? [`https://127.0.0.1:${PORTS.https}`, http] : [http];
}

/** Null where nobody answers that this page can hear. */
async function lookAt(base, within) {
  const signal = AbortSignal.timeout(within);
  try {
    const access = await accessAt(base, { signal });
    requireVersion(access.version);
    return { version: access.version, access };
  } catch (error) {
    if (error.code === "connection-lost") return null;
    if (error.status !== 404) throw error;
    throw tooOld(await versionAt(base, { signal }));
  }
}

function requireVersion(version) {
  const numbers = version.split(/[.,]/).map(Number);
  const differs = OLDEST_SERVICE.findIndex((number, place) => number !== numbers[place]);
  if (differs >= 0 && !(numbers[differs] > OLDEST_SERVICE[differs])) throw tooOld(version);
}

function tooOld(version) {
  const oldest = OLDEST_SERVICE.join(".");
  const message = "the scanning service is too old for this page";
  return new SheetfedError("old-version", message, { version, oldest });
}

async function whyNotFound(bases) {
  const failure = (code, message, details) =>
    new SheetfedError(code, message, { tried: bases, ...details });
  for (const base of bases) {
    if (!(await somebodyAnswers(base))) continue;
    if (!mayAsk()) {
      const message = "only a page with an https address, or one of this computer, can be let in";
      return failure("origin-not-granted", message, { base, origin: self.origin });
    }
    const message = "the scanning service is too old to tell this page how it stands with it";
    return failure("old-version", message, { base });
  }
  const permission = await localNetworkPermission();
  if (permission === "denied") {
    const message = "the browser does not let this page reach services of this computer";
    return failure("local-network-denied", message);
  }
  for (const base of bases.filter((each) => each.startsWith("https:"))) {
    // The service answers plain HTTP there, to say that it speaks HTTPS.
    if (await somebodyAnswers(base.replace("https:", "http:"))) {
      const message = "the browser does not trust the scanning service's certificate";
      return failure("certificate-not-trusted", message, { base });
    }
  }
  const message = "no scanning service answers: it is not installed on this computer, or not running";
  // "prompt": or the browser asked whether this page may reach it, and nobody answered.
  return failure("not-running", message, { permission });
}

/** The service reads the origin of secure contexts; that of a sandboxed frame is "null". */
function mayAsk() {
  return isSecureContext && self.origin !== "null";
}

/** An answer that may not be read still shows that somebody answers. */
async function somebodyAnswers(base) {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  return fetch(`${base}/fa/VersionInfo`, { mode: "no-cors", signal }).then(
    () => true,
    () => false,
  );
}

/** "granted", "denied" or "prompt" where the browser guards loopback (Chromium 142), else null. */
async function localNetworkPermission() {
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      return (await navigator.permissions.query({ name })).state;
    } catch {
      continue;
    }
  }
  return null;
}
