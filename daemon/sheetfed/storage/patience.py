"""Patience: an aiosqlite that looks for work ten times a second waits for it instead."""

from collections.abc import Callable
from queue import Empty, Queue
from typing import Any, Final

import aiosqlite

_SENTINEL: Final = "_STOP_RUNNING_SENTINEL"
"""By this those can be told that wait by themselves; Debian 12's 0.17 has none."""

_END: Final = object()


class Waiting(Queue[Any]):
    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ARG002
        """Waits, whatever the time-out. Raises Empty once `end` was called and all is taken."""
        item = super().get()
        if item is _END:
            raise Empty
        return item

    def end(self) -> None:
        self.put(_END)


def teach(connection: aiosqlite.Connection) -> Callable[[], None]:
    """Before it is opened. What is returned lets its thread end, once it has been closed."""
    if hasattr(aiosqlite.core, _SENTINEL):
        return lambda: None
    queue = Waiting()
    connection.__dict__["_tx"] = queue
    return queue.end
