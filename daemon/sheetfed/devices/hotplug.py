"""Hotplug: says that a device which may be a scanner was plugged in or pulled out."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyudev

UDEV_CONTROL: Final = Path("/run/udev/control")
_WATCHED: Final = (("usb", "usb_device"), ("scsi_generic", None))
_ACTIONS: Final = ("add", "bind", "remove")

log = logging.getLogger(__name__)


class Hotplug:
    """Listens to udev, or to the kernel where udev does not run.

    Where neither can be listened to, scanners are looked for when somebody asks.
    """

    def __init__(self, *, changed: Callable[[], None]) -> None:
        """`changed` is called on the event loop, more than once for one device."""
        self._changed = changed
        self._socket: socket.socket | None = None

    async def start(self) -> None:
        """Begin to listen; that there is nothing to listen to is logged, not raised."""
        try:
            # Off the loop: pyudev runs a program to find libudev. Not as the thread's result,
            # which it may hold on to, and with it the monitor's socket, for a moment after.
            made: list[pyudev.Monitor] = []
            await asyncio.to_thread(lambda: made.append(_listening()))
            monitor = made.pop()
            self._socket = socket.socket(fileno=socket.dup(monitor.fileno()))
        except (OSError, ImportError) as error:
            log.warning("scanners that are plugged in are not noticed: %s", error)
        else:
            loop = asyncio.get_running_loop()
            loop.add_reader(self._socket, self._read, monitor, self._socket)

    def close(self) -> None:
        """Stop listening; a second time is no error."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _read(self, monitor: pyudev.Monitor, connection: socket.socket) -> None:
        try:
            device = monitor.poll(timeout=0)
        except OSError as error:
            # pyudev does not say which error it saw, and leaves it on the socket.
            number = error.errno or connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if number == errno.ENOBUFS:
                # Events came faster than they were read: one that was lost may have counted.
                self._changed()
            else:
                log.warning("scanners that are plugged in are no longer noticed: %s", error)
                self.close()
        else:
            if device is not None and device.action in _ACTIONS:
                self._changed()


def _listening() -> pyudev.Monitor:
    """A started monitor; blocking. Raises OSError, or ImportError without libudev."""
    source = "udev" if UDEV_CONTROL.exists() else "kernel"
    monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source)
    for subsystem, device_type in _WATCHED:
        monitor.filter_by(subsystem, device_type)
    monitor.start()
    return monitor
