"""Interrupts: Ctrl-C and SIGTERM as an event, so that what runs is ended in order."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts() -> Iterator[asyncio.Event]:
    """Set by the first Ctrl-C or SIGTERM; the second one ends the command as usual."""
    loop = asyncio.get_running_loop()
    canceled = asyncio.Event()
    caught = (signal.SIGINT, signal.SIGTERM)

    def cancel() -> None:
        canceled.set()
        for number in caught:
            loop.remove_signal_handler(number)

    for number in caught:
        loop.add_signal_handler(number, cancel)
    try:
        yield canceled
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
