"""Plugged: a machine of its own with a daemon, at which a scanner is plugged in and pulled out.

Run as a program it is that machine: it starts the daemon, sends a message of udev's each time, and
prints what the daemon's event stream told and which scanners it listed.
"""

import asyncio
import fcntl
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any, Final

from fakes.daemon import running_daemon
from fakes.scripted import Scripted, feeder
from fakes.sse import until
from fakes.uevents import UDEV_GROUP, message

DEADLINE_S: Final = 17.0
PORCH: Final = {"name": "porch", "pages": [{}]}
_WITH_UDEV: Final = 'mount -t tmpfs tmpfs /run; mkdir /run/udev; : >/run/udev/control; exec "$@"'
_NETLINK_KOBJECT_UEVENT: Final = 15  # linux/netlink.h
_SIOCSIFFLAGS: Final = 0x8914  # linux/sockios.h
_IFF_UP: Final = 1

Told = tuple[dict[str, Any], list[str]]
"""The data of the event `scanner`, and the names of the scanners that are listed then."""


async def told(folder: Path) -> list[Told]:
    """Of the scanner `porch` that comes, and then goes; with the daemon in this folder."""
    program = [sys.executable, "-W", "error", __file__, str(folder)]
    machine = await asyncio.create_subprocess_exec(
        *("unshare", "--map-root-user", "--net", "--mount", "sh", "-euc", _WITH_UDEV, "sh"),
        *program,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            output, complaints = await machine.communicate()
    finally:
        if machine.returncode is None:
            machine.kill()
            await machine.wait()
    assert machine.returncode == 0, complaints.decode()
    return [(event, names) for event, names in json.loads(output)]


async def play(folder: Path) -> list[Told]:
    scripted = Scripted(folder / "sane")
    scripted.write(feeder())
    found = []
    async with (
        running_daemon(folder, scripted=scripted) as daemon,
        await daemon.events() as stream,
    ):
        await daemon.result("GetDevices", True)
        for action, devices, word in (
            ("add", [feeder(), PORCH], "added"),
            ("remove", [feeder()], "removed"),
        ):
            scripted.write(*devices)
            _tell(action)
            event = await until(stream, "scanner", action=word, name="Scripted porch")
            (listed,) = await daemon.result("GetDevices")
            found.append((event, [scanner["name"] for scanner in listed]))
    return found


def _tell(action: str) -> None:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_KOBJECT_UEVENT) as udev:
        udev.sendto(message(action, "usb", "usb_device"), (0, UDEV_GROUP))


def _bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))


if __name__ == "__main__":
    _bring_up_loopback()
    print(json.dumps(asyncio.run(play(Path(sys.argv[1])))))
