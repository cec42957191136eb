"""Limits: how much memory and processor time a worker, and others' programs, may take."""

import math
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

WORKER_BYTES: Final = 4 * 1024**3
PROGRAM_BYTES: Final = 2 * 1024**3
TEXT_SECONDS: Final = 120
"""For reading what is written on one page."""


def worker() -> None:
    """For this process from now on: memory beyond the limit is a MemoryError, and when it dies it
    leaves no picture of people's papers behind."""
    _lower(resource.RLIMIT_AS, WORKER_BYTES)
    _lower(resource.RLIMIT_CORE, 0)


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """In the block, more of it ends this process with SIGXCPU."""
    before = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (_least(limit, *before), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)


def program(seconds: int) -> Callable[[], None]:
    """What limits a program of others, to be called in its process before it begins."""

    def limit() -> None:
        _lower(resource.RLIMIT_AS, PROGRAM_BYTES)
        _lower(resource.RLIMIT_FSIZE, PROGRAM_BYTES)
        _lower(resource.RLIMIT_CPU, seconds)
        _lower(resource.RLIMIT_CORE, 0)

    return limit


def _lower(kind: int, limit: int) -> None:
    least = _least(limit, *resource.getrlimit(kind))
    resource.setrlimit(kind, (least, least))


def _least(limit: int, *others: int) -> int:
    """The lowest of the limits, of which some may be none."""
    return min([limit, *(other for other in others if other != resource.RLIM_INFINITY)])
