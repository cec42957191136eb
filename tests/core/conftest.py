"""A core over fakes for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.core import FakeCore
from fakes.grantdesk import Desk
from fakes.holders import Visit
from fakes.scans import Scans
from fakes.shelf import Shelf


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[FakeCore]:
    async with FakeCore.assemble(tmp_path).running() as core:
        yield core


@pytest.fixture
async def scans(tmp_path: Path) -> AsyncIterator[Scans]:
    """A caller of a core; after the test no scanner is held and no spool is open."""
    core = FakeCore.assemble(tmp_path)
    async with core.running():
        yield Scans(core)
    Scans(core).assert_nothing_left()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def tab(core: FakeCore) -> Visit:
    """A page that may hold a scanner."""
    return Visit(core)


@pytest.fixture
def desk() -> Desk:
    return Desk()
