"""Lifeline: a worker at work ends at once when whoever gave it its orders is gone.

What it is making would else get its name after the next start has looked for such files.
"""

import fcntl
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_GONE: Final = select.POLLHUP | select.POLLRDHUP


@contextmanager
def held(orders: int) -> Iterator[None]:
    """While in the block nothing may come on this pipe or socket, and its end is ours."""
    # The kernel sends SIGIO for what comes and for the end alike (fcntl(2), F_SETOWN).
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(orders, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(orders, fcntl.F_SETFL, fcntl.fcntl(orders, fcntl.F_GETFL) | os.O_ASYNC)
    try:
        if _is_cut(orders):
            os.kill(os.getpid(), signal.SIGIO)
        yield
    finally:
        signal.signal(signal.SIGIO, signal.SIG_IGN)


def _is_cut(orders: int) -> bool:
    poll = select.poll()
    poll.register(orders, _GONE)
    return any(event & _GONE for _, event in poll.poll(0))
