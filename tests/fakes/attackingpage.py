"""Attacking page: a tab of some site in a real browser, what it tries, and what was answered."""

from typing import Any

from playwright.async_api import BrowserContext, Page

from fakes.attacked import Target
from fakes.browser import WAIT_MS

POST = """
([base, kind, id]) => {
    const body = JSON.stringify({id, parameter: [{paper_source: "flatbed"}]});
    const address = `${base}/f/AcquireImage`;
    if (kind === "beacon") return String(navigator.sendBeacon(address, body));
    const settings = {
        blind: {mode: "no-cors", body},
        plain: {body, headers: {"Content-Type": "text/plain"}},
        form: {body: new URLSearchParams({id})},
        json: {body, headers: {"Content-Type": "application/json"}},
        unnamed: {mode: "no-cors", body, referrerPolicy: "no-referrer"},
    }[kind];
    return fetch(address, {method: "POST", ...settings}).then(
        answer => answer.type, error => error.name);
}
"""

READ = """
([address, tag]) => new Promise(resolve => {
    const element = document.createElement(tag);
    element.onload = element.onloadeddata = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    element[{link: "href", object: "data"}[tag] ?? "src"] = address;
    if (tag === "link") element.rel = "stylesheet";
    document.body.append(element);
})
"""

FETCH = """
([address, settings]) => fetch(address, settings).then(
    answer => answer.text().then(text => `${answer.type} ${text.length}`), error => error.name)
"""

FRAMED = """
([how, attack, words]) => new Promise(resolve => {
    addEventListener("message", event => resolve([event.origin, event.data]), {once: true});
    const frame = document.createElement("iframe");
    const call = `(${attack})(${JSON.stringify(words)})`;
    const page = `<script>${call}.then(said => parent.postMessage(said, "*"))<` + "/script>";
    if (how === "sandbox") {
        frame.sandbox = "allow-scripts";
        frame.srcdoc = page;
    } else frame.src = `data:text/html,${encodeURIComponent(page)}`;
    document.body.append(frame);
})
"""

SUBMIT = """
([address, settings]) => {
    const form = document.createElement("form");
    Object.assign(form, {action: address, ...settings});
    form.innerHTML = '<input name=\\'{"id":"stolen","parameter":["\\' value=\\'"]}\\'>';
    document.body.append(form);
    form.submit();
}
"""

LISTEN = """
([address, count]) => new Promise(resolve => {
    window.streams = [];
    for (let number = 0; number < count; number += 1) {
        window.streams.push(new EventSource(`${address}?number=${number}`));
    }
    window.streams[0].onopen = resolve;
})
"""


class Visit:
    """A tab with a page of some site, and what the daemon answered to it."""

    def __init__(self, page: Page, target: Target) -> None:
        self.page = page
        self.base = target.base
        self._asked: set[str] = set()
        self._answered: list[tuple[str, int]] = []
        page.set_default_timeout(WAIT_MS)

    @property
    def statuses(self) -> list[int]:
        """Of all answers so far. The browser may tell an answer before what was asked."""
        return [status for asked, status in self._answered if asked in self._asked]

    async def watch(self) -> None:
        """The browser shows its developer what it hides from the page."""
        network = await self.page.context.new_cdp_session(self.page)
        network.on("Network.requestWillBeSent", self._on_request)
        network.on("Network.responseReceivedExtraInfo", self._on_answer)
        await network.send("Network.enable")

    def _on_request(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith(self.base):
            self._asked.add(event["requestId"])

    def _on_answer(self, event: dict[str, Any]) -> None:
        self._answered.append((event["requestId"], event["statusCode"]))

    async def post(self, kind: str, instance: str) -> str:
        said: str = await self.page.evaluate(POST, [self.base, kind, instance])
        return said

    async def read(self, tag: str, path: str) -> str:
        said: str = await self.page.evaluate(READ, [self.base + path, tag])
        return said


async def visit(context: BrowserContext, target: Target, origin: str) -> Visit:
    made = Visit(await context.new_page(), target)
    await made.watch()
    await made.page.goto(origin)
    return made


def scanned(target: Target, instance: str, **headers: str) -> int:
    """How many pages an instance has."""
    pages: int = target.result("HowManyImagesInBuffer", instance=instance, **headers)[0]
    return pages


def scan(target: Target, origin: str) -> str:
    """Let this origin scan a page; the page's id."""
    target.result("AcquireImage", {"paper_source": "flatbed"}, instance="mine", Origin=origin)
    found: str = target.result("IndexToImageID", 0, instance="mine", Origin=origin)[0]
    return found
