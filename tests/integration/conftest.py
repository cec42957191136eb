"""A real daemon on the virtual scanners, one for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.daemon import Daemon, running_daemon
from fakes.scripted import scripted

__all__ = ["scripted"]


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    async with running_daemon(tmp_path) as started:
        yield started
