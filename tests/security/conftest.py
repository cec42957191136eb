"""One daemon for all attacks of a file, which none of them may harm, and a browser with sites."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from fakes.attacked import Target, attacked
from fakes.browser import CHROMIUM, running_chromium
from fakes.website import running_website


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("target")) as target:
        yield target


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


@pytest.fixture(autouse=True)
def unharmed(target: Target) -> Iterator[None]:
    """After every attack it is the same daemon, it answers, and it complains of nothing of its
    own."""
    yield
    assert target.result("VersionInfo")[1:] == ["", "64"]
    log = target.log()
    assert "Traceback" not in log, log
