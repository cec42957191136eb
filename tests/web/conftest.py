"""A door over fakes for every test of the web room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.door import OpenDoor, open_door


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    async with open_door(tmp_path) as opened:
        yield opened
