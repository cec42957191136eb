"""Control: the worker's thread that hears the daemon while the main thread is inside a driver."""

import os
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sheetfed.devices import wire

_REACTION_S = 0.5
_RECV_BYTES = 64 * 1024
_MAX_FDS = 8


@dataclass(frozen=True, slots=True)
class Request:
    """A command of the daemon's; `fd` is the spool that came with it."""

    number: int
    command: str
    body: wire.Message
    fd: int | None


class Control:
    """Queues requests for the main thread, and cancels one from outside when told to."""

    def __init__(self, *, channel: socket.socket, on_gone: Callable[[], None]) -> None:
        """`on_gone` is called when the daemon has gone, before anything else is tried."""
        self._channel = channel
        self._on_gone = on_gone
        self._decoder = wire.Decoder()
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._fds: list[int] = []
        self._changed = threading.Condition()
        self._finished = 0
        self._canceled: float = 0
        self._interrupt: Callable[[], None] | None = None

    def start(self) -> None:
        threading.Thread(target=self._hear, name="control", daemon=True).start()

    def next(self) -> Request | None:
        """The next request, None when the daemon has gone."""
        return self._requests.get()

    def send(self, number: int, answer: Mapping[str, Any]) -> None:
        """Raises OSError when the daemon has gone."""
        self._channel.sendall(wire.encode({"number": number, **answer}))

    def finish(self, number: int) -> None:
        with self._changed:
            self._finished = number
            self._changed.notify_all()

    def is_canceled(self, number: int) -> bool:
        return number <= self._canceled

    def set_interrupt(self, interrupt: Callable[[], None] | None) -> None:
        """What ends a call of the driver's from outside; None before the device is closed."""
        with self._changed:
            self._interrupt = interrupt

    def _hear(self) -> None:
        try:
            while True:
                data, fds, _, _ = socket.recv_fds(self._channel, _RECV_BYTES, _MAX_FDS)
                for fd in fds:
                    # Python 3.11 ignores recv_fds' flags, and with them MSG_CMSG_CLOEXEC.
                    os.set_inheritable(fd, False)
                if not data:
                    break
                self._fds += fds
                for message in self._decoder.feed(data):
                    self._take(message)
        except (OSError, wire.WireError, KeyError):
            pass
        self._on_gone()
        self._requests.put(None)
        self._cancel(float("inf"))

    def _take(self, message: wire.Message) -> None:
        if message["command"] == "cancel":
            self._cancel(int(message["target"]))
            return
        fd = self._fds.pop(0) if message["command"] == "read" and self._fds else None
        self._requests.put(Request(int(message["number"]), str(message["command"]), message, fd))

    def _cancel(self, number: float) -> None:
        with self._changed:
            self._canceled = max(self._canceled, number)
            if self._changed.wait_for(lambda: self._finished >= number, _REACTION_S):
                return
            if self._interrupt is not None:
                self._interrupt()


def receive_channel(fd: int) -> socket.socket:
    """The socket whose number the daemon gave on the command line."""
    os.set_inheritable(fd, False)
    return socket.socket(fileno=fd)
