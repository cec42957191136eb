"""An open store in a temporary folder, and rows to put into it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sheetfed.storage.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "store", cache=tmp_path / "cache") as store:
        yield store
