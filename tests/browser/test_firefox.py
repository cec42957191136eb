"""Debian's Firefox: our own page, pages of other origins, and what they are told when they fail."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from fakes.certificates import made
from fakes.daemon import Daemon, running_daemon
from fakes.firefox import Firefox, Refused, Tab, running_firefox
from fakes.website import CONNECT, FRAME, Site, running_website

ASK = """async base => {
    const { connect } = await import("/client/sheetfed.js");
    const waiting = () => { window.isWaiting = true; };
    window.asking = connect({ base, ask: ["scan", "upload"], waiting });
    window.asking.catch(() => {});
}"""
ALLOW = """origin => {
    const items = [...document.querySelectorAll(".asking:not([inert])")];
    const item = items.find(({ textContent }) => textContent.includes(origin));
    const button = item?.querySelector("button.primary:enabled");
    button?.click();
    return Boolean(button);
}"""
SCAN_AND_SEND = """async () => {
    const service = await window.asking;
    const heard = [];
    service.addEventListener("page", ({ detail }) => heard.push(detail.id));
    await service.listening();
    const pages = [];
    const image = new Image();
    const scan = service.acquire({ paper_source: "feeder", resolution: 75, pages: 2 });
    for await (const page of scan) {
        image.src = service.imageUrl(page, { width: 100, height: 100 });
        await image.decode();
        pages.push(page.id);
    }
    while (heard.length < 2) await new Promise((again) => setTimeout(again, 10));
    const { status, body } = await service.upload("/in").done;
    service.close();
    return { pages, width: image.naturalWidth, heard, status, body };
}"""
CALL = """base => fetch(`${base}/f/GetDevices`, { method: "POST", body: "{}" }).then(
    ({ status }) => status,
    () => null,
)"""
LISTEN = """async base => {
    const { connect } = await import("/client/sheetfed.js");
    const service = await connect({ base });
    Object.assign(window, { service, heard: [] });
    service.addEventListener("page", ({ detail }) => heard.push(detail.id));
    await service.listening();
}"""
SCAN = """async () => {
    const ids = [];
    const scan = service.acquire({ paper_source: "feeder", resolution: 75, pages: 2 });
    for await (const { id } of scan) ids.push(id);
    return ids;
}"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Where Firefox has its profile; nothing of it stays."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def public(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The origin of a site that Firefox takes for one of the wide world."""
    async with running_website(tmp_path_factory.mktemp("public"), host="127.0.0.2") as origin:
        yield origin


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firefox(home: Path, public: str) -> AsyncIterator[Firefox]:
    """One for all tests of this file: each has a user of its own."""
    world = {"network.lna.address_space.public.override": urlsplit(public).netloc}
    async with running_firefox(home, preferences=world) as started:
        yield started


@asynccontextmanager
async def page_at(firefox: Firefox, url: str) -> AsyncIterator[Tab]:
    tab = await firefox.open(url, person=await firefox.person())
    try:
        yield tab
    finally:
        await tab.close()


async def told(firefox: Firefox, page: str, base: object) -> dict[str, Any]:
    """What the client says to this page."""
    async with page_at(firefox, page) as tab:
        found: dict[str, Any] = await tab.call(CONNECT, {"base": base})
        return found


async def test_our_page_scans_two_sheets_and_shows_them_without_a_complaint(
    firefox: Firefox, daemon: Daemon
) -> None:
    async with page_at(firefox, daemon.base) as tab:
        await tab.until("() => document.querySelector('#scan:enabled')")
        await tab.call("""() => {
            const chosen = { source: "feeder", resolution: "75", count: "2" };
            for (const [id, value] of Object.entries(chosen)) {
                const field = document.getElementById(id);
                field.value = value;
                field.dispatchEvent(new Event("change", { bubbles: true }));
            }
            document.getElementById("scan").click();
        }""")
        await tab.until(
            "() => document.querySelector('#announcer').textContent.includes('is complete')"
        )
        await tab.until("() => document.querySelectorAll('.picture').length === 2")
        sizes = await tab.call("""async () => {
            const pictures = [...document.querySelectorAll(".picture")];
            await Promise.all(pictures.map(picture => picture.decode()));
            return pictures.map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]);
        }""")
        assert len(sizes) == 2
        assert all(width > 0 and height > 0 for width, height in sizes)
        assert await tab.call("() => document.querySelector('#notice').hidden")
        assert tab.complaints == []
        assert [url for url in tab.asked if not url.startswith((daemon.base, "blob:"))] == []


async def test_another_origins_page_asks_is_let_in_scans_shows_and_sends(
    firefox: Firefox, daemon: Daemon, tmp_path: Path
) -> None:
    async with (
        running_website(tmp_path, host="127.0.0.2") as origin,
        page_at(firefox, origin) as tab,
        page_at(firefox, daemon.base) as ours,
    ):
        assert await tab.call(CALL, daemon.base) is None
        await tab.call(ASK, daemon.base)
        await tab.until("() => window.isWaiting")
        await ours.until(ALLOW, origin)
        done = await tab.call(SCAN_AND_SEND)
        assert ours.complaints == []
    assert len(done["pages"]) == 2
    assert 0 < done["width"] <= 100
    assert done["heard"] == done["pages"]
    assert done["status"] == 201
    assert re.fullmatch(r"POST \d{4,} bytes", done["body"])


async def test_a_service_that_is_not_there_is_not_running(
    firefox: Firefox, site: Site, nobody: str
) -> None:
    said = await told(firefox, site.origin, nobody)
    assert (said["code"], said["details"]["tried"]) == ("not-running", [nobody])
    found = await told(firefox, site.origin, [nobody, site.daemon.base])
    assert found["base"] == site.daemon.base


async def test_a_page_that_is_not_let_in_is_told_so(
    firefox: Firefox, site: Site, tmp_path: Path
) -> None:
    async with running_website(tmp_path) as stranger:
        said = await told(firefox, stranger, site.daemon.base)
    assert said["code"] == "origin-not-granted"
    assert (said["details"]["state"], said["details"]["asked"]) == ("denied", False)


async def test_a_sandboxed_frame_is_nobody_and_is_told_so(firefox: Firefox, site: Site) -> None:
    async with page_at(firefox, site.origin) as tab:
        assert await tab.call(FRAME, site.daemon.base) == "origin-not-granted"


async def test_an_old_service_is_told(firefox: Firefox, site: Site, tmp_path: Path) -> None:
    async with running_website(tmp_path) as mute:
        said = await told(firefox, site.origin, mute)
    assert said["code"] == "old-version"


async def test_a_certificate_that_is_not_trusted_is_told_from_no_service_and_http_serves(
    firefox: Firefox, site: Site, tmp_path: Path
) -> None:
    await asyncio.to_thread(made, tmp_path / "certificates")
    config = f"""\
origins.allow = ["{site.origin}"]
[https]
listen = ["127.0.0.1:0"]
machine_certificates = "{tmp_path}/certificates"
"""
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "tls.toml").write_text(config)
    async with running_daemon(tmp_path) as secure:
        http, https = sorted(secure.endpoints, key=lambda each: each.startswith("https:"))
        said = await told(firefox, site.origin, https)
        assert (said["code"], said["details"]["base"]) == ("certificate-not-trusted", https)
        assert (await told(firefox, site.origin, [https, http]))["base"] == http
        with pytest.raises(Refused, match="SEC_ERROR_UNKNOWN_ISSUER"):
            await firefox.open(https)


async def test_a_browser_that_guards_this_computer_is_told_from_no_service(
    firefox: Firefox, public: str, tmp_path: Path
) -> None:
    config = f'origins.allow = ["{public}"]\n'
    async with (
        running_daemon(tmp_path, config=config) as daemon,
        page_at(firefox, public) as tab,
    ):
        await tab.answer("loopback-network", "denied")
        said = await tab.call(CONNECT, {"base": daemon.base})
        assert said["code"] == "local-network-denied"
        await tab.answer("loopback-network", "granted")
        found = await tab.call(CONNECT, {"base": daemon.base})
        assert found["base"] == daemon.base


async def test_three_tabs_have_one_stream_and_hand_it_on_when_its_tab_is_closed(
    firefox: Firefox, site: Site
) -> None:
    person = await firefox.person()
    tabs = [await firefox.open(site.origin, person=person) for _ in range(3)]
    for tab in tabs:
        await tab.call(LISTEN, site.daemon.base)

    def streams() -> list[int]:
        return [sum("/api/events?" in url for url in tab.asked) for tab in tabs]

    assert streams() == [1, 0, 0]
    ids = await tabs[2].call(SCAN)
    for tab in tabs:
        await tab.until("count => heard.length >= count", 2)
        assert await tab.call("() => heard") == ids
    await tabs[0].close()
    ids += await tabs[2].call(SCAN)
    for tab in tabs[1:]:
        await tab.until("count => heard.length >= count", 4)
        assert await tab.call("() => heard") == ids
    assert streams() == [1, 1, 0]
    for tab in tabs[1:]:
        await tab.close()
