/** What this page may do: how that stands, and how it asks the user for more. */

import { SheetfedError, ask } from "./errors.js";

const LOOK_AGAIN_MS = 1_000;

/** `{state, permissions, asked, version}`: what the service says to any page that asks. */
export async function accessAt(base, { signal } = {}) {
  return (await ask(`${base}/api/access`, { signal })).json();
}

/** The version of a service that a page without permission cannot ask. */
export async function versionAt(base, { signal } = {}) {
  const { result } = await (await ask(`${base}/fa/VersionInfo`, { signal })).json();
  return result[0];
}

/** Whether all that is wanted is granted. */
export function isGranted({ permissions }, wants) {
  return wants.every((permission) => permissions.includes(permission));
}

/**
 * Ask the user of this computer, and wait for the answer. `waiting` is told once when the request
 * has been made; with the signal the wait ends, and the request stays.
 */
export async function askForAccess(base, { wants, signal, waiting = () => {} }) {
  let access = await asked(base, wants, signal);
  if (access.state === "pending") waiting(access);
  while (access.state === "pending") {
    await pause(signal);
    access = await accessOnceMore(base, wants, signal);
  }
  if (!isGranted(access, wants)) throw notGranted(base, access);
  return access;
}

export function notGranted(base, { state, asked, permissions }) {
  const message = "this web origin has no permission to use the scanners";
  const details = { origin: location.origin, base, state, asked, permissions };
  return new SheetfedError("origin-not-granted", message, details, 403);
}

async function asked(base, wants, signal) {
  const answer = await ask(`${base}/api/access`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ wants }),
    signal,
  });
  return answer.json();
}

/** A service that is being restarted is waited for, too. */
async function accessOnceMore(base, wants, signal) {
  try {
    const access = await accessAt(base, { signal });
    return isGranted(access, wants) ? { ...access, state: "granted" } : access;
  } catch (error) {
    if (error.code !== "connection-lost") throw error;
    return { state: "pending", permissions: [] };
  }
}

async function pause(signal) {
  signal?.throwIfAborted();
  await new Promise((resolve, reject) => {
    const wake = setTimeout(resolve, LOOK_AGAIN_MS);
    signal?.addEventListener("abort", () => {
      clearTimeout(wake);
      reject(signal.reason);
    });
  });
}
