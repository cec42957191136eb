"""Scratch: a place for one file that is made, read and removed, where the cache has none."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sheetfed.storage import faults


@asynccontextmanager
async def target() -> AsyncIterator[Path]:
    """A path in a private folder among the system's temporary files, removed at the end.

    Raises StoreFull or InternalError.
    """
    making = asyncio.ensure_future(asyncio.to_thread(tempfile.mkdtemp, prefix="sheetfed-"))
    try:
        folder = await asyncio.shield(making)
    except asyncio.CancelledError:
        await asyncio.to_thread(shutil.rmtree, await making, ignore_errors=True)
        raise
    except OSError as error:
        raise faults.told(error, "there is no room for a temporary file") from error
    try:
        yield Path(folder) / "file"
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))
