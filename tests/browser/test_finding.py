"""How a page finds the service, and what it is told when it cannot: each in a real browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route

from fakes.browser import CHROMIUM, running_chromium, with_policies
from fakes.certificates import Pair
from fakes.daemon import Daemon, running_daemon
from fakes.website import CLIENT, CONNECT, FRAME, PAGE, Site, running_website

SCAN = """async base => {
    const { connect } = await import("/client/sheetfed.js");
    const sheetfed = await connect({ base });
    const image = new Image();
    for await (const page of sheetfed.acquire({ resolution: 75, pages: 1 })) image.src = page.url;
    await image.decode();
    return image.naturalWidth;
}"""
GUIDE = Path(__file__).parents[2] / "docs" / "web-developers.md"
HTTPS_PAGE = "https://app.example.org"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secure(tmp_path_factory: pytest.TempPathFactory, site: Site) -> AsyncIterator[Daemon]:
    """A daemon that speaks HTTPS alone, with a certificate that no browser trusts."""
    folder = tmp_path_factory.mktemp("secure")
    pair = await asyncio.to_thread(Pair.written, folder)
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "tls.toml").write_text(
        f'https.listen = ["127.0.0.1:0"]\n{pair.config}origins.allow = ["{site.origin}"]\n'
    )
    async with running_daemon(folder) as daemon:
        yield daemon


async def connected(page: Page, **options: object) -> Any:
    return await page.evaluate(CONNECT, options)


@asynccontextmanager
async def page_at(chromium: Browser, origin: str, **options: Any) -> AsyncIterator[Page]:
    async with await chromium.new_context(**options) as context:
        page = await context.new_page()
        await page.goto(origin)
        yield page


async def test_a_granted_page_is_connected(chromium: Browser, site: Site) -> None:
    async with page_at(chromium, site.origin) as page:
        found = await connected(page, base=site.daemon.base)
    assert found["base"] == site.daemon.base
    assert found["permissions"] == ["list", "scan", "read", "upload"]


async def test_a_service_that_is_not_there_is_not_running(
    chromium: Browser, site: Site, nobody: str
) -> None:
    async with page_at(chromium, site.origin) as page:
        told = await connected(page, base=nobody)
    assert (told["name"], told["code"]) == ("SheetfedError", "not-running")
    assert told["details"]["tried"] == [nobody]


async def test_addresses_are_tried_in_their_order(
    chromium: Browser, site: Site, nobody: str
) -> None:
    async with page_at(chromium, site.origin) as page:
        found = await connected(page, base=[nobody, site.daemon.base])
    assert found["base"] == site.daemon.base


async def test_a_page_that_is_not_let_in_is_told_so_and_that_it_has_not_asked(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    async with running_website(tmp_path) as stranger, page_at(chromium, stranger) as page:
        told = await connected(page, base=site.daemon.base)
    assert told["code"] == "origin-not-granted"
    assert told["details"]["origin"] == stranger
    assert (told["details"]["state"], told["details"]["asked"]) == ("denied", False)


async def test_a_sandboxed_frame_is_nobody_and_is_told_so(chromium: Browser, site: Site) -> None:
    async with page_at(chromium, site.origin) as page:
        told = await page.evaluate(FRAME, site.daemon.base)
    assert told == "origin-not-granted"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("**/api/access", {"version": "0.0.9", "state": "granted", "permissions": ["scan"]}),
        ("**/fa/VersionInfo", {"result": ["0, 0, 9, 0000", "", "64"]}),
    ],
    ids=["one that knows of access", "one that does not"],
)
async def test_an_old_service_is_told_by_its_version(
    chromium: Browser, site: Site, path: str, answer: dict[str, Any]
) -> None:
    async with await chromium.new_context() as context:
        page = await context.new_page()
        await page.route(path, lambda route: route.fulfill(json=answer))
        await page.goto(site.origin)
        told = await connected(page, base=site.origin)
    assert told["code"] == "old-version"
    assert told["details"]["version"].startswith("0")


async def test_an_old_service_that_says_nothing_to_strangers_is_told_too(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    async with running_website(tmp_path) as mute, page_at(chromium, site.origin) as page:
        told = await connected(page, base=mute)
    assert told["code"] == "old-version"
    assert told["details"]["base"] == mute


async def test_a_certificate_that_the_browser_does_not_trust_is_told_from_no_service(
    chromium: Browser, site: Site, secure: Daemon
) -> None:
    (https,) = (each for each in secure.endpoints if each.startswith("https:"))
    async with page_at(chromium, site.origin) as page:
        told = await connected(page, base=https)
    assert told["code"] == "certificate-not-trusted"
    assert told["details"]["base"] == https


async def test_where_the_certificate_is_not_trusted_http_serves(
    chromium: Browser, site: Site, secure: Daemon
) -> None:
    https, http = sorted(secure.endpoints, key=lambda each: each.startswith("http:"))
    async with page_at(chromium, site.origin) as page:
        found = await connected(page, base=[https, http])
    assert found["base"] == http


async def test_a_certificate_that_is_trusted_serves(
    chromium: Browser, site: Site, secure: Daemon
) -> None:
    (https,) = (each for each in secure.endpoints if each.startswith("https:"))
    async with page_at(chromium, site.origin, ignore_https_errors=True) as page:
        found = await connected(page, base=https)
    assert found["base"] == https


@asynccontextmanager
async def https_page(chromium: Browser) -> AsyncIterator[Page]:
    """A page with an HTTPS address of the wide world; its files come from here."""

    async def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            await route.fulfill(body=PAGE, content_type="text/html")
        else:
            await route.fulfill(path=CLIENT / path.removeprefix("/client/"))

    async with await chromium.new_context() as context:
        page = await context.new_page()
        await page.route(f"{HTTPS_PAGE}/**", serve)
        await page.goto(HTTPS_PAGE)
        yield page


async def test_an_https_page_tries_https_and_then_http(chromium: Browser) -> None:
    tried: list[str] = []

    async def away(route: Route) -> None:
        tried.append(route.request.url)
        await route.abort("connectionrefused")

    async with https_page(chromium) as page:
        await page.route("*://127.0.0.1:*/**", away)
        told = await connected(page)
    assert told["code"] == "not-running"
    assert tried[:2] == [
        "https://127.0.0.1:18623/api/access",
        "http://127.0.0.1:18622/api/access",
    ]


class LocalNetwork:
    """A browser to which the page is public, so that loopback is guarded from it."""

    def __init__(self, browser: Browser, page: Page, origin: str) -> None:
        self.page = page
        self._browser = browser
        self._origin = origin

    async def decide(self, setting: str) -> None:
        """What the user answers to the browser's question: granted or denied."""
        of_page = await self.page.context.new_cdp_session(self.page)
        target = (await of_page.send("Target.getTargetInfo"))["targetInfo"]
        of_browser = await self._browser.new_browser_cdp_session()
        await of_browser.send(
            "Browser.setPermission",
            {
                "permission": {"name": "loopback-network"},
                "setting": setting,
                "origin": self._origin,
                "browserContextId": target["browserContextId"],
            },
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def public(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A site at an address of this computer that is none of the loopback's usual one."""
    folder = tmp_path_factory.mktemp("public")
    async with (
        running_website(folder, host="127.0.0.2") as origin,
        running_daemon(folder, config=f'origins.allow = ["{origin}"]\n') as daemon,
    ):
        yield Site(origin, daemon, folder)


@asynccontextmanager
async def guarding(public: Site, program: Path | str = CHROMIUM) -> AsyncIterator[LocalNetwork]:
    """A browser that takes the site for one of the wide world."""
    flag = f"--ip-address-space-overrides={urlsplit(public.origin).netloc}=public"
    async with (
        running_chromium(program, flag) as browser,
        page_at(browser, public.origin) as page,
    ):
        yield LocalNetwork(browser, page, public.origin)


async def test_a_browser_that_guards_this_computer_is_told_from_no_service(public: Site) -> None:
    base = public.daemon.base
    async with guarding(public) as network:
        await network.decide("denied")
        told = await connected(network.page, base=base)
        assert told["code"] == "local-network-denied"
        await network.decide("granted")
        found = await connected(network.page, base=base)
        assert found["base"] == base
        assert await network.page.evaluate(SCAN, base) > 0


async def test_an_administrator_answers_the_browsers_question_by_the_guides_policy(
    public: Site, tmp_path: Path
) -> None:
    (policy,) = re.findall(r"```json\n(.*AllowedForUrls\".*)\n```", GUIDE.read_text())
    managed = tmp_path / "chromium" / "policies" / "managed"
    managed.mkdir(parents=True)
    (managed / "scanning.json").write_text(policy.replace(HTTPS_PAGE, public.origin))
    program = with_policies(tmp_path / "chromium", program=tmp_path / "browser")
    async with guarding(public, program) as network:
        found = await connected(network.page, base=public.daemon.base)
    assert found["base"] == public.daemon.base
