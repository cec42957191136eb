"""A page that asks the user to be let in, and waits for the answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from fakes.browser import WAIT_MS
from fakes.website import Site, decide, running_website

ASK = """([base, ask]) => {
    window.state = "asking";
    const waiting = ({ state }) => (window.state = `waiting: ${state}`);
    import("/client/sheetfed.js").then(({ connect }) => connect({ base, ask, waiting })).then(
        (service) => Object.assign(window, { service, state: service.permissions.join() }),
        ({ code, details }) => (window.state = `${code}: ${details.state}, ${details.asked}`),
    );
}"""
SCAN = "async () => { for await (const page of service.acquire({ pages: 1 })) return page.index; }"
STATE = "wanted => window.state === wanted"

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Asker:
    """A page that nobody has let in yet, and the user who decides on it."""

    def __init__(self, page: Page, *, site: Site, origin: str) -> None:
        self.page = page
        self._site = site
        self._origin = origin

    async def asks(self, wants: list[str] | bool = True) -> None:
        await self.page.evaluate(ASK, [self._site.daemon.base, wants])

    async def comes_to(self, state: str) -> None:
        await self.page.wait_for_function(STATE, arg=state, timeout=WAIT_MS)

    async def is_decided(self, decision: str, *permissions: str) -> None:
        """The user decides, as on the service's own page."""
        await decide(self._site.daemon, self._origin, decision, *permissions)


@pytest_asyncio.fixture(loop_scope="module")
async def asker(chromium: Browser, site: Site, tmp_path: Path) -> AsyncIterator[Asker]:
    async with running_website(tmp_path) as origin, await chromium.new_context() as context:
        page = await context.new_page()
        await page.goto(origin)
        yield Asker(page, site=site, origin=origin)


async def test_a_page_that_the_user_lets_in_is_connected_and_scans(asker: Asker) -> None:
    await asker.asks()
    await asker.comes_to("waiting: pending")
    await asker.is_decided("grant", "scan")
    await asker.comes_to("list,scan,read")
    assert await asker.page.evaluate(SCAN) == 0


async def test_a_page_that_the_user_does_not_let_in_is_told_so(asker: Asker) -> None:
    await asker.asks()
    await asker.comes_to("waiting: pending")
    await asker.is_decided("deny")
    await asker.comes_to("origin-not-granted: denied, true")


async def test_a_page_asks_for_more_when_it_needs_more(asker: Asker) -> None:
    await asker.asks()
    await asker.comes_to("waiting: pending")
    await asker.is_decided("grant", "scan")
    await asker.comes_to("list,scan,read")
    await asker.page.evaluate(
        """() => {
            const waiting = () => (window.state = "waiting for more");
            service.askFor(["upload"], { waiting }).then(
                () => (window.state = service.permissions.join()),
                ({ code }) => (window.state = code),
            );
        }"""
    )
    await asker.comes_to("waiting for more")
    await asker.is_decided("grant", "scan", "upload")
    await asker.comes_to("list,scan,read,upload")
