"""Processor: the time that work takes of the processors, whatever else they have to do."""

import os
import resource
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock, and of all processors together."""

    clock_s: float
    processor_s: float


async def taken(work: Callable[[], Awaitable[object]], *others: int) -> Taken:
    """What the work takes of this process, of its children, and of these other processes and
    theirs."""
    clock_s, processor_s = time.perf_counter(), _spent_s(others)
    await work()
    return Taken(time.perf_counter() - clock_s, _spent_s(others) - processor_s)


def _spent_s(others: tuple[int, ...]) -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = sum(_of_tree_s(child) for pid in (os.getpid(), *others) for child in children(pid))
    own = time.process_time() + ended.ru_utime + ended.ru_stime
    return own + alive + sum(_of_process_s(pid) for pid in others if pid != os.getpid())


def of_first_thread_s(pid: int) -> float:
    """What a process' first thread has taken, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _of_tree_s(pid: int) -> float:
    return _of_process_s(pid) + sum(map(_of_tree_s, children(pid)))


def _of_process_s(pid: int) -> float:
    """Its own, and that of its children that it has waited for (proc(5), stat)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS_A_SECOND


def children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found
