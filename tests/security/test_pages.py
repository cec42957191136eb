"""Web pages that attack, in a real Chromium: what the browser lets through the door has to stop."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from fakes.attacked import Target, attacked
from fakes.browser import CHROMIUM, WAIT_MS, running_chromium
from fakes.gate import until
from fakes.website import running_website

pytestmark = pytest.mark.asyncio(loop_scope="module")

REBOUND = "rebound.example"
STREAMS = 10_000
FRAMES = 8
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """That of a web server which has several names."""
    async with running_website(tmp_path_factory.mktemp("site")) as origin:
        yield origin.rpartition(":")[2]


@pytest.fixture(scope="module")
def granted(port: str) -> str:
    return f"http://localhost:{port}"


@pytest.fixture(scope="module")
def evil(port: str) -> str:
    return f"http://evil.example:{port}"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, granted: str) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("target"), origins=[granted]) as target:
        yield target


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """To it, names of others' are names of this machine."""
    names = "--host-resolver-rules=MAP *.example 127.0.0.1"
    async with running_chromium(CHROMIUM, names) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    async with await chromium.new_context() as context:
        yield context


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


async def test_a_page_whose_name_now_resolves_to_this_machine_gets_nothing(
    context: BrowserContext, target: Target
) -> None:
    page = await context.new_page()
    answered = await page.goto(f"http://{REBOUND}:{target.port}/")
    assert answered is not None
    assert answered.status == 421
    said = await page.evaluate(FETCH, ["/fa/VersionInfo", {}])
    assert said.startswith("basic ")
    same_site = await page.evaluate(
        "fetch('/f/GetDevices', {method: 'POST', body: '{}'}).then(answer => answer.status)"
    )
    assert same_site == 421


@pytest.mark.parametrize("kind", ["blind", "plain", "form", "json", "beacon", "unnamed"])
async def test_a_post_of_an_ungranted_page_scans_nothing(
    context: BrowserContext, target: Target, evil: str, kind: str
) -> None:
    attack = await visit(context, target, evil)
    said = await attack.post(kind, "stolen")
    assert said in {"blind": "opaque", "unnamed": "opaque", "beacon": "true"}.get(kind, "TypeError")
    await until(lambda: attack.statuses)
    assert set(attack.statuses) == {403}
    assert scanned(target, "stolen") == 0


@pytest.mark.parametrize("kind", ["blind", "plain", "json"])
async def test_a_post_of_a_granted_page_scans_for_its_own_origin_alone(
    context: BrowserContext, target: Target, granted: str, kind: str
) -> None:
    ours = await visit(context, target, granted)
    assert await ours.post(kind, f"own-{kind}") in ("cors", "opaque")
    assert set(ours.statuses) <= {200, 204}
    assert scanned(target, f"own-{kind}", Origin=granted) == 1
    assert scanned(target, f"own-{kind}") == 0


async def test_a_get_of_any_page_does_nothing(
    context: BrowserContext, target: Target, evil: str, granted: str
) -> None:
    for origin, statuses in ((evil, {403}), (granted, {405})):
        page = await visit(context, target, origin)
        address = f"{target.base}/f/AcquireImage?id=stolen"
        await page.page.evaluate(FETCH, [address, {}])
        assert set(page.statuses) == statuses
        await page.page.evaluate(FETCH, [address, {"mode": "no-cors"}])
        await page.read("img", "/f/AcquireImage?id=stolen")
        assert set(page.statuses) == {403, *statuses}
    assert scanned(target, "stolen") == 0


@pytest.mark.parametrize("tag", ["img", "script", "link", "object", "embed", "video", "audio"])
async def test_what_an_ungranted_page_embeds_is_refused(
    context: BrowserContext, target: Target, evil: str, granted: str, tag: str
) -> None:
    scan(target, granted)
    attack = await visit(context, target, evil)
    for path in ("/dwt/dwt_1/img?id=mine&index=0&width=20", "/fa/VersionInfo", "/page.js"):
        said = await attack.read(tag, path)
        # What is embedded as a document is "loaded" whatever it is.
        assert said == "refused" or tag in ("embed", "object")
    await until(lambda: attack.statuses)
    assert set(attack.statuses) <= {403, 404}


async def test_a_blind_fetch_of_an_ungranted_page_reads_nothing(
    context: BrowserContext, target: Target, evil: str, granted: str
) -> None:
    scan(target, granted)
    attack = await visit(context, target, evil)
    for path in ("/dwt/dwt_1/img?id=mine&index=0", "/dwt/dwt_1/doc?id=mine", "/api/events"):
        said = await attack.page.evaluate(FETCH, [target.base + path, {"mode": "no-cors"}])
        assert said in ("opaque 0", "TypeError")
        said = await attack.page.evaluate(FETCH, [target.base + path, {}])
        assert said == "TypeError"
    assert set(attack.statuses) <= {403, 404}


async def test_a_granted_page_shows_its_own_pages_and_no_others(
    context: BrowserContext, target: Target, granted: str
) -> None:
    scan(target, granted)
    target.result("AcquireImage", {"paper_source": "flatbed"}, instance="theirs")
    page = await visit(context, target, granted)
    assert await page.read("img", "/dwt/dwt_1/img?id=mine&index=0&width=20") == "loaded"
    assert await page.read("img", "/dwt/dwt_1/img?id=theirs&index=0&width=20") == "refused"


@pytest.mark.parametrize("how", ["sandbox", "data"])
async def test_a_frame_without_an_origin_is_nobody(
    context: BrowserContext, target: Target, granted: str, how: str
) -> None:
    page = await visit(context, target, granted)
    said = await page.page.evaluate(FRAMED, [how, POST, [target.base, "plain", "stolen"]])
    assert said == ["null", "TypeError"]
    assert scanned(target, "stolen") == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "POST", "enctype": "text/plain"},
        {"method": "POST"},
        {"method": "POST", "enctype": "multipart/form-data"},
        {"method": "GET"},
    ],
)
async def test_a_form_of_an_ungranted_page_scans_nothing(
    context: BrowserContext, target: Target, evil: str, settings: dict[str, str]
) -> None:
    attack = await visit(context, target, evil)
    async with attack.page.expect_navigation():
        await attack.page.evaluate(SUBMIT, [f"{target.base}/f/AcquireImage", settings])
    # The picture of the tab is asked for then, too.
    await until(lambda: attack.statuses)
    assert (attack.statuses[0], set(attack.statuses) - {404}) == (403, {403})
    assert scanned(target, "stolen") == 0


async def test_an_ungranted_page_hears_no_events_over_any_kind_of_stream(
    context: BrowserContext, target: Target, evil: str
) -> None:
    attack = await visit(context, target, evil)
    for path in ("/api/events", "/dwt/dwt_1/events?id=mine"):
        said = await attack.page.evaluate(
            """address => new Promise(resolve => {
                const stream = new EventSource(address);
                stream.onerror = () => resolve(stream.readyState === EventSource.CLOSED);
                stream.onopen = () => resolve("open");
            })""",
            target.base + path,
        )
        assert said is True
        said = await attack.page.evaluate(
            """address => new Promise(resolve => {
                const socket = new WebSocket(address);
                socket.onerror = () => resolve("refused");
                socket.onopen = () => resolve("open");
            })""",
            target.base.replace("http", "ws") + path,
        )
        assert said == "refused"
    assert set(attack.statuses) == {403}


async def test_our_page_is_not_shown_in_a_frame(
    context: BrowserContext, target: Target, evil: str, granted: str
) -> None:
    for origin in (evil, granted):
        attack = await visit(context, target, origin)
        async with attack.page.expect_response(f"{target.base}/") as answered:
            await attack.page.evaluate(
                "base => { document.body.innerHTML = `<iframe src='${base}/'></iframe>`; }",
                target.base,
            )
        assert (await answered.value).status == 403
        frame = attack.page.frames[-1]
        await frame.wait_for_load_state()
        assert await frame.locator("#scan").count() == 0


async def test_whoever_opens_our_page_has_no_hold_on_its_window(
    context: BrowserContext, target: Target, evil: str
) -> None:
    """Else it could be moved under a click, or changed between the two of a double click."""
    attack = await visit(context, target, evil)
    async with context.expect_page() as opened:
        await attack.page.evaluate("base => { window.hold = window.open(base); }", target.base)
    page = await opened.value
    await page.wait_for_selector("#scan:enabled", timeout=WAIT_MS)
    assert await page.evaluate("window.opener === null")
    assert await attack.page.evaluate("window.hold.closed")


async def test_no_service_worker_settles_on_our_origin(
    context: BrowserContext, target: Target
) -> None:
    page = await visit(context, target, target.base)
    for path in ("/page.js", "/sheetfed.js", "/dwt/dwt_1/doc?id=mine&type=pdf"):
        said = await page.page.evaluate(
            "path => navigator.serviceWorker.register(path).then(() => 'settled', "
            "error => error.name)",
            path,
        )
        assert said in ("TypeError", "SecurityError")
    assert not await page.page.evaluate(
        "navigator.serviceWorker.getRegistrations().then(all => all.length)"
    )


@pytest.mark.timeout(60)
async def test_a_page_that_opens_ten_thousand_event_streams_disturbs_nobody(
    context: BrowserContext, target: Target, granted: str
) -> None:
    page = await context.new_page()
    await page.goto(granted)
    await page.evaluate(LISTEN, [f"{target.base}/api/events", STREAMS])
    assert scanned(target, "other", Origin=granted) == 0
    assert target.ask("GET", "/").status == 200
    await page.evaluate("window.streams.forEach(stream => stream.close())")


async def test_our_page_tells_nobody_where_it_was(
    context: BrowserContext, target: Target, granted: str
) -> None:
    target.result("AcquireImage", {"paper_source": "flatbed"}, instance="shown")
    page = Visit(await context.new_page(), target)
    referrers: list[str | None] = []
    page.page.on("request", lambda request: referrers.append(request.headers.get("referer")))
    await context.add_init_script('localStorage.setItem("sheetfed.instance", "shown")')
    await page.page.goto(target.base)
    await page.page.wait_for_selector(".picture")
    async with page.page.expect_navigation():
        await page.page.evaluate("origin => { location = origin; }", granted)
    assert len(referrers) > 5
    assert not any(referrers)


async def test_frames_of_many_subdomains_bury_no_other_pages_request(
    context: BrowserContext, target: Target, port: str
) -> None:
    patient = "https://clinic.example"
    target.ask("POST", "/api/access", b'{"wants": ["scan"]}', Origin=patient)
    page = await context.new_page()
    await page.goto(f"http://evil.localhost:{port}/")
    for number in range(FRAMES):
        await page.evaluate(
            """address => new Promise(resolve => {
                const frame = document.createElement("iframe");
                frame.onload = resolve;
                frame.src = address;
                document.body.append(frame);
            })""",
            f"http://a{number}.evil.localhost:{port}/",
        )
    for frame in page.frames:
        said = await frame.evaluate(
            """base => fetch(`${base}/api/access`, {
                method: "POST", body: JSON.stringify({wants: ["scan", "upload"]}),
            }).then(answer => answer.status, error => error.name)""",
            target.base,
        )
        assert said in (202, 429)
    known = target.ask("GET", "/api/access/origins", Sec_Fetch_Site="same-origin").json
    waiting = [found["origin"] for found in known if found["state"] == "pending"]
    assert patient in waiting
    assert 1 <= len([origin for origin in waiting if "evil.localhost" in origin]) <= 5
