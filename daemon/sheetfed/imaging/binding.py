"""Binding: many pages into one PDF, each page a task of its own, then joined in bounded steps."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from pathlib import Path

_GROUP = 64  # so many files are open at once while they are joined

Encode = Callable[[Path, Path], Awaitable[None]]
Join = Callable[[Sequence[Path], Path], Awaitable[None]]


async def bind(masters: Sequence[Path], target: Path, *, encode: Encode, join: Join) -> None:
    """Encode every master to a PDF of one page and join them to the target, in order.

    What lies beside the target meanwhile is removed in any case.
    """
    folder = target.with_name(f".{target.name}.parts")
    try:
        await asyncio.to_thread(folder.mkdir, mode=0o700)
        names = (folder / f"{number}.pdf" for number in count())
        parts = [next(names) for _ in masters]
        await _together([encode(*pair) for pair in zip(masters, parts, strict=True)])
        while len(parts) > _GROUP:
            groups = [parts[first : first + _GROUP] for first in range(0, len(parts), _GROUP)]
            parts = [next(names) for _ in groups]
            await _together([join(*pair) for pair in zip(groups, parts, strict=True)])
        await join(parts, target)
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


async def _together(work: Sequence[Awaitable[None]]) -> None:
    """All at once; the first failure ends the others."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
