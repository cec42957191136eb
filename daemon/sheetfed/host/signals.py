"""Signals: what a service manager or a terminal tells the running daemon."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def handled(*, stop: Callable[[], None], reload: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT call `stop`, SIGHUP calls `reload`, both on the running loop."""
    loop = asyncio.get_running_loop()
    callbacks = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    for number, callback in callbacks.items():
        loop.add_signal_handler(number, callback)
    try:
        yield
    finally:
        for number in callbacks:
            loop.remove_signal_handler(number)
