"""A real daemon on the virtual scanners, one for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fakes.daemon import Daemon, running_daemon
from fakes.manager import DescriptorStore
from fakes.scripted import scripted

__all__ = ["scripted"]


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    async with running_daemon(tmp_path) as started:
        yield started


@pytest.fixture
def kept() -> Iterator[DescriptorStore]:
    """What systemd keeps of the service until it is stopped."""
    store = DescriptorStore()
    yield store
    store.close()
