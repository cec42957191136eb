/** Find the service on this computer, and tell why when there is none. */

import { SheetfedError, ask } from "./errors.js";

const PORTS = { http: 18622, https: 18623 };
const OLDEST_SERVICE = [0, 1, 0, 0];
const ANSWER_WITHIN_MS = 5_000;
const PERSON_ANSWERS_WITHIN_MS = 120_000;

/** The address and version of the service; `base` alone is tried when it is given. */
export async function find(base) {
  const bases = base ? [new URL(base).origin] : likelyBases();
  const permission = await localNetworkPermission();
  const within = permission === "prompt" ? PERSON_ANSWERS_WITHIN_MS : ANSWER_WITHIN_MS;
  for (const candidate of bases) {
    const version = await versionAt(candidate, within);
    if (version !== null) {
      requireVersion(version);
      return { base: candidate, version };
    }
  }
  throw await whyNotFound(bases, permission);
}

function likelyBases() {
  const http = `http://127.0.0.1:${PORTS.http}`;
  return location.protocol === "https:" ? [`https://127.0.0.1:${PORTS.https}`, http] : [http];
}

async function versionAt(base, within) {
  try {
    const answer = await ask(`${base}/fa/VersionInfo`, { signal: AbortSignal.timeout(within) });
    const { result } = await answer.json();
    return result[0];
  } catch (error) {
    if (error instanceof SheetfedError && error.code === "origin-not-granted") throw error;
    return null;
  }
}

function requireVersion(version) {
  const numbers = version.split(",").map(Number);
  const differs = OLDEST_SERVICE.findIndex((number, place) => number !== numbers[place]);
  if (differs >= 0 && !(numbers[differs] > OLDEST_SERVICE[differs])) {
    const oldest = OLDEST_SERVICE.join(".");
    throw new SheetfedError("old-version", "the scanning service is too old for this page", {
      version,
      oldest,
    });
  }
}

async function whyNotFound(bases, permission) {
  const details = { tried: bases };
  if (permission === "denied") {
    const message = "the browser does not let this page reach services of this computer";
    return new SheetfedError("local-network-denied", message, details);
  }
  for (const base of bases) {
    // An answer that may not be read still shows that somebody answers.
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const address = `${base}/fa/VersionInfo`;
    const answered = await fetch(address, { mode: "no-cors", signal }).catch(() => null);
    if (answered !== null) {
      const message = "this web origin has no permission to use the scanners";
      return new SheetfedError("origin-not-granted", message, { origin: location.origin });
    }
  }
  return new SheetfedError(
    "not-running",
    "the scanning service does not answer: it is not installed, not running, or does not know this origin",
    details,
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
