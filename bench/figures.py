"""Figures: one measured thing beside its peer."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

_REST_S = 0.3


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, what its peer needs, and what we aim at.

    `ratio` is ours by the peer's; None where a figure stands for itself. `is_met` says whether
    the aim was reached.
    """

    what: str
    ours: str
    beside: str = ""
    peer: str = ""
    ratio: float | None = None
    aim: str = ""
    is_met: bool = True

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, self.ours, self.beside, self.peer, ratio, self.aim


def at_most(
    what: str, ours_s: list[float], beside: str, peer_s: list[float], limit: float | None = None
) -> Figure:
    """Times side by side; the aim is a ratio of at most `limit`."""
    ratio = statistics.median(own / peer for own, peer in zip(ours_s, peer_s, strict=True))
    return Figure(
        what=what,
        ours=milliseconds(statistics.median(ours_s)),
        beside=beside,
        peer=milliseconds(statistics.median(peer_s)),
        ratio=ratio,
        aim="" if limit is None else f"≤ {limit:g}",
        is_met=limit is None or ratio <= limit,
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """How many seconds the work takes."""
    begun = perf_counter()
    await work()
    return perf_counter() - begun


async def rest() -> None:
    """Let what went before come to its end, and the next spare worker be started."""
    await asyncio.sleep(_REST_S)
