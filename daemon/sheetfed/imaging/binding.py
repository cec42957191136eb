"""Binding: many pages into one file, each page a task of its own, then joined."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from sheetfed.core.ports import PageFiles
from sheetfed.imaging.together import together

Encode = Callable[[PageFiles, Path], Coroutine[Any, Any, None]]
Join = Callable[[Sequence[Path], Path], Coroutine[Any, Any, None]]


async def bind(pages: Sequence[PageFiles], target: Path, *, encode: Encode, join: Join) -> None:
    """Encode every page to a file of one page and join them to the target, in order.

    What lies beside the target meanwhile is removed in any case.
    """
    folder = target.with_name(f".{target.name}.parts")
    try:
        await asyncio.to_thread(folder.mkdir, mode=0o700)
        parts = [folder / f"{number}.part" for number in range(len(pages))]
        await together(encode(*pair) for pair in zip(pages, parts, strict=True))
        await join(parts, target)
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))
