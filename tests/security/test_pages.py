"""Web pages that attack, in a real Chromium: what the browser lets through the door has to stop."""

from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext

from fakes.attacked import Target, attacked
from fakes.attackingpage import FETCH, FRAMED, LISTEN, POST, SUBMIT, scan, scanned, visit
from fakes.gate import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

REBOUND = "rebound.example"
STREAMS = 10_000
FRAMES = 8


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, granted: str) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("target"), origins=[granted]) as target:
        yield target


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
