"""Measures: how well skew, sheet and blankness are found on generated pages, and how quickly."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from bench.figures import Figure, milliseconds
from bench.quality import framed, labelled, skewed

_Page = TypeVar("_Page")


async def measure(_: Path, runs: int) -> list[Figure]:
    del runs
    return await asyncio.to_thread(_measure)


def _measure() -> list[Figure]:
    turned, turned_s = _timed(skewed.measured)
    sheets, sheets_s = _timed(framed.measured)
    pages, pages_s = _timed(labelled.measured)
    worst = max(page.off for page in turned)
    widest = max(page.off_mm for page in sheets)
    right = sum(page.is_right for page in pages)
    return [
        Figure(
            f"skew of {len(turned)} pages, {milliseconds(turned_s)} a page",
            f"{worst:.2f}° off",
            aim=f"≤ {skewed.TOLERANCE_DEGREES}°",
            is_met=worst <= skewed.TOLERANCE_DEGREES,
        ),
        Figure(
            f"edges of {len(sheets)} sheets, {milliseconds(sheets_s)} a page",
            f"{widest:.2f} mm off",
            aim=f"≤ {framed.TOLERANCE_MM:g} mm",
            is_met=widest <= framed.TOLERANCE_MM,
        ),
        Figure(
            f"blankness of {len(pages)} pages, {milliseconds(pages_s)} a page",
            f"{right} right",
            aim=f"{len(pages)}",
            is_met=right == len(pages),
        ),
    ]


def _timed(make: Callable[[], Iterable[_Page]]) -> tuple[list[_Page], float]:
    """The pages, and the seconds each took with its making."""
    begun = perf_counter()
    pages = list(make())
    return pages, (perf_counter() - begun) / len(pages)
