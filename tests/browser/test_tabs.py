"""Tabs of one origin share one event stream, and the stream outlives the tab that has it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Error, Page, Request

from fakes.browser import WAIT_MS
from fakes.daemon import Daemon
from fakes.website import Site

TABS = 7
CONNECT = """async ([base, instance]) => {
    const { connect } = await import("/client/sheetfed.js");
    const service = await connect({ base, ...(instance ? { instance } : {}) });
    Object.assign(window, { service, heard: [], states: [] });
    service.addEventListener("page", ({ detail }) => heard.push(detail.id));
    service.addEventListener("connection", ({ detail }) => states.push(detail.state));
    await service.listening();
}"""
HEARD = "count => heard.length >= count"

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Tabs:
    """The tabs of one website, and which of them asked for an event stream."""

    def __init__(self, context: BrowserContext, *, origin: str, daemon: Daemon) -> None:
        self.context = context
        self.daemon = daemon
        self.asked: list[Page] = []
        self._origin = origin
        context.on("request", self._on_request)

    async def open(self, instance: str = "") -> Page:
        page = await self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        await page.goto(self._origin)
        await page.evaluate(CONNECT, [self.daemon.base, instance])
        return page

    def _on_request(self, request: Request) -> None:
        if "/api/events" in request.url or "/events?" in request.url:
            self.asked.append(request.frame.page)


@pytest_asyncio.fixture(loop_scope="module")
async def tabs(chromium: Browser, site: Site) -> AsyncIterator[Tabs]:
    async with await chromium.new_context() as context:
        yield Tabs(context, origin=site.origin, daemon=site.daemon)


async def scanned(page: Page, *, pages: int = 2) -> list[str]:
    """Scan so many pages; their ids."""
    found: list[str] = await page.evaluate(
        """async pages => {
            const scan = service.acquire({ paper_source: "feeder", resolution: 75, pages });
            const ids = [];
            for await (const { id } of scan) ids.push(id);
            return ids;
        }""",
        pages,
    )
    return found


async def heard(page: Page, count: int) -> list[str]:
    await page.wait_for_function(HEARD, arg=count)
    found: list[str] = await page.evaluate("heard")
    return found


async def test_seven_tabs_have_one_stream_and_each_hears_and_calls(tabs: Tabs) -> None:
    pages = [await tabs.open() for _ in range(TABS)]
    assert tabs.asked == [pages[0]]
    ids = await scanned(pages[-1])
    assert len(ids) == 2
    assert [await heard(page, 2) for page in pages] == [ids] * TABS
    counts = await asyncio.gather(
        *(page.evaluate("service.pages().then(({ length }) => length)") for page in pages)
    )
    assert counts == [2] * TABS
    assert tabs.asked == [pages[0]]


async def test_a_tab_that_is_closed_hands_the_stream_on_and_nothing_is_missed(tabs: Tabs) -> None:
    first, second, third = [await tabs.open() for _ in range(3)]
    one = await scanned(third)
    await first.close()
    two = await scanned(third)
    assert [await heard(page, 4) for page in (second, third)] == [[*one, *two]] * 2
    assert [each for each in tabs.asked if each is not first] == [second]
    assert await third.evaluate("states") == ["open"]
    await second.close()
    three = await scanned(third)
    assert await heard(third, 6) == [*one, *two, *three]


async def test_a_tab_that_goes_in_the_middle_of_a_scan_costs_the_others_no_page(tabs: Tabs) -> None:
    first, second, third = [await tabs.open() for _ in range(3)]
    scanning = asyncio.create_task(scanned(third, pages=8))
    await heard(second, 2)
    await first.close()
    ids = await scanning
    assert len(ids) == 8
    assert [await heard(page, 8) for page in (second, third)] == [ids, ids]


async def test_a_tab_that_crashes_hands_the_stream_on(tabs: Tabs) -> None:
    first, second = await tabs.open(), await tabs.open()
    async with first.expect_event("crash"):
        with suppress(Error):
            await first.goto("chrome://crash")
    ids = await scanned(second)
    assert await heard(second, 2) == ids


async def test_tabs_of_other_instances_hear_their_own_pages_alone(tabs: Tabs) -> None:
    first, second = await tabs.open("one"), await tabs.open("two")
    ids = await scanned(second)
    assert await heard(second, 2) == ids
    assert await first.evaluate("heard") == []
    assert set(tabs.asked) == {first}
    mine = await scanned(first)
    assert await heard(first, 2) == mine
    assert await second.evaluate("heard") == ids


async def test_a_page_that_stops_listening_hands_the_stream_on(tabs: Tabs) -> None:
    first, second = await tabs.open(), await tabs.open()
    await first.evaluate("service.close()")
    ids = await scanned(second)
    assert await heard(second, 2) == ids
    assert await first.evaluate("heard") == []


async def test_where_tabs_cannot_agree_each_has_a_stream_of_its_own(tabs: Tabs) -> None:
    await tabs.context.add_init_script("delete Navigator.prototype.locks")
    first, second = await tabs.open(), await tabs.open()
    assert tabs.asked == [first, second]
    ids = await scanned(second)
    assert [await heard(page, 2) for page in (first, second)] == [ids, ids]
