"""Notify: what the service manager is told (sd_notify(3)), and its watchdog's food."""

import asyncio
import os
import socket
import time
from collections.abc import Mapping
from typing import Final

from sdnotify import SystemdNotifier

_LAST_WORDS_MAX: Final = 1000
"""Characters: what does not fit into 4 KiB the manager does not hear at all."""


class Notifier:
    """Messages to the service manager; silent when there is none. Never waits, never raises."""

    @classmethod
    async def open(cls) -> "Notifier":
        """The constructor connects a socket: on an event loop use this."""
        return await asyncio.to_thread(cls)

    def __init__(self) -> None:
        self._sender = SystemdNotifier() if os.environ.get("NOTIFY_SOCKET") else None
        if self._sender is not None and self._sender.socket is not None:
            self._sender.socket.setblocking(False)

    def ready(self, status: str = "") -> None:
        """Started, or done with reloading."""
        self._send("READY=1", *([_status(status)] if status else []))

    def status(self, text: str) -> None:
        """One line for people, shown by `systemctl status`."""
        self._send(_status(text))

    def reloading(self) -> None:
        """To be followed by `ready`."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def keep(self, name: str, descriptor: int) -> bool:
        """Have the service manager keep a descriptor for the next start, under this name.

        True when that was asked for; whether it does so is the unit's FileDescriptorStoreMax=.
        """
        if self._sender is None or self._sender.socket is None:
            return False
        words = f"FDSTORE=1\nFDNAME={name}".encode()
        try:
            socket.send_fds(self._sender.socket, [words], [descriptor])
        except OSError:
            return False
        return True

    def close(self) -> None:
        if self._sender is not None and self._sender.socket is not None:
            self._sender.socket.close()
        self._sender = None

    def _send(self, *assignments: str) -> None:
        if self._sender is not None:
            # sdnotify encodes as Latin-1; the manager expects UTF-8.
            self._sender.notify("\n".join(assignments).encode().decode("latin-1"))


def last_words(text: str) -> None:
    """The status of a start that fails: who may not read the journal sees it, too. Blocking."""
    notifier = Notifier()
    notifier.status(text[:_LAST_WORDS_MAX])
    notifier.close()


class Watchdog:
    """Tells the service manager, from the event loop, that the loop still turns."""

    def __init__(self, *, notifier: Notifier, environ: Mapping[str, str] = os.environ) -> None:
        self._notifier = notifier
        self.interval_s = _interval_s(environ)

    async def run(self) -> None:
        """Until cancelled; returns at once when no watchdog waits for this process."""
        while self.interval_s is not None:
            self._notifier.alive()
            await asyncio.sleep(self.interval_s)


def _interval_s(environ: Mapping[str, str]) -> float | None:
    """Half of the watchdog's limit (sd_watchdog_enabled(3)), None when there is none for us."""
    limit_us, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not (limit_us.isascii() and limit_us.isdigit() and int(limit_us)):
        return None
    if pid and pid != str(os.getpid()):
        return None
    return int(limit_us) / 2 / 1_000_000


def _status(text: str) -> str:
    # A line break would begin another assignment: MAINPID=1, from a scanner's name.
    return "STATUS=" + " ".join(text.splitlines())
