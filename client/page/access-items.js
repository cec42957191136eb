/** One web page that asks for access, or on which was decided, as an item of a list. */

import { make } from "./elements.js";

const MEANINGS = {
  list: "See which scanners there are",
  scan: "Use the scanners, and work on the pages that it scans",
  read: "Read the pages that it has scanned",
  upload: "Have its pages sent to its server by this computer",
};
const BRIEF = { list: "list", scan: "scan", read: "read", upload: "upload" };
const INCLUDED = { scan: ["list", "read"] };
const DAY_S = 86_400;
const SPANS = [
  ["", "Until I take it back"],
  [String(DAY_S), "For one day"],
  [String(30 * DAY_S), "For 30 days"],
];

/** `decide` is called with what the user has chosen. Its buttons begin disabled. */
export function askingItem({ origin, permissions, wants }, decide) {
  const boxes = brief(wants).map((word) =>
    make("input", { type: "checkbox", value: word, checked: true }),
  );
  const span = make(
    "select",
    { "aria-label": `How long ${origin} may do that` },
    ...SPANS.map(([value, text]) => make("option", { value, textContent: text })),
  );
  const allow = make("button", { type: "button", className: "button primary", textContent: "Allow", disabled: true });
  const deny = make("button", { type: "button", className: "button", textContent: "Deny", disabled: true });
  for (const button of [allow, deny]) button.setAttribute("aria-label", `${button.textContent} ${origin}`);
  const isChosen = () => boxes.some((box) => box.checked);
  for (const box of boxes) box.addEventListener("change", () => (allow.disabled = !isChosen()));
  allow.addEventListener("click", () =>
    decide({
      decision: "grant",
      permissions: [...brief(permissions), ...boxes.filter((box) => box.checked).map((box) => box.value)],
      until: span.value === "" ? null : Date.now() / 1000 + Number(span.value),
    }),
  );
  deny.addEventListener("click", () => decide({ decision: "deny" }));
  return make(
    "li",
    { className: "asking" },
    make("p", { className: "asking-who" }, named(origin), permissions.length > 0 ? " asks for more. It wants to" : " wants to"),
    make(
      "ul",
      { className: "asking-what" },
      ...boxes.map((box) => make("li", {}, make("label", {}, box, make("span", { textContent: MEANINGS[box.value] })))),
    ),
    make("div", { className: "asking-answer" }, span, allow, deny),
  );
}

export function decidedItem(grant, decide) {
  const { origin, state, uid, configured } = grant;
  const item = make(
    "li",
    { className: "decided" },
    make("div", { className: "decided-what" }, make("p", {}, named(origin)), make("p", { className: "decided-how", textContent: how(grant) })),
  );
  if (uid === null || configured) return item;
  const isDenied = state === "denied";
  const undo = make("button", {
    type: "button",
    className: "button quiet",
    textContent: isDenied ? "Forget" : "Take back",
    "aria-label": isDenied ? `Forget that ${origin} was denied` : `Take back what ${origin} may do`,
  });
  undo.addEventListener("click", () => decide({ decision: "revoke" }));
  item.append(undo);
  return item;
}

function how({ permissions, uid, configured, until, last_used: used }) {
  if (permissions.length === 0) return uid === null ? "Denied by an administrator, for all users" : "Denied. It cannot ask again.";
  const facts = [`May ${brief(permissions).map((word) => BRIEF[word]).join(" and ")}`];
  if (configured) facts.push("let in by the configuration");
  else if (uid === null) facts.push("let in by an administrator, for all users");
  if (until !== null) facts.push(`until ${when(until)}`);
  facts.push(used === null ? "not used yet" : `last used ${when(used)}`);
  return facts.join(", ");
}

/** An origin as a thing of its own, whatever characters it is made of. */
function named(origin) {
  return make("bdi", { className: "origin", textContent: origin });
}

/** Without those that others include. */
function brief(words) {
  const included = words.flatMap((word) => INCLUDED[word] ?? []);
  return words.filter((word) => !included.includes(word));
}

function when(seconds) {
  return new Date(seconds * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
