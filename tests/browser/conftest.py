"""A real browser on the page of a real daemon, and an eye on what the browser complains of."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from fakes.browser import Sight, running_chromium
from fakes.daemon import Daemon, running_daemon
from fakes.website import Site, running_website


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for all tests of a file: each has a context of its own."""
    async with running_chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One for all tests of a file: a browser context of its own has an instance of its own."""
    folder = tmp_path_factory.mktemp("site")
    async with (
        running_website(folder) as origin,
        running_daemon(folder, config=f'origins.allow = ["{origin}"]\n') as daemon,
    ):
        yield Site(origin, daemon, folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def daemon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Daemon]:
    """One for all tests of a file; each has pages of its own there."""
    async with running_daemon(tmp_path_factory.mktemp("daemon")) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def sight(chromium: Browser, daemon: Daemon) -> AsyncIterator[Sight]:
    """The page, ready to scan; whoever uses it has nothing to complain of at the end."""
    context = await chromium.new_context()
    sight = Sight(await context.new_page(), home=daemon.base)
    await sight.open()
    yield sight
    await context.close()
    assert sight.complaints == []
    assert sight.strangers == []
