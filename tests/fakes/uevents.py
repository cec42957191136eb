"""Uevents: a machine of its own, as far as netlink goes, in which devices come and go.

Run as a program it is that machine: it listens with Hotplug, sends each event of its arguments to
the netlink group of udev as udev does (libudev's monitor messages), and prints what Hotplug said.
"""

import asyncio
import json
import os
import select
import socket
import struct
import sys
from typing import Final

from sheetfed.devices.hotplug import Hotplug

DEADLINE_S: Final = 15.0
KERNEL_GROUP: Final = 1
UDEV_GROUP: Final = 2
_HEADER: Final = struct.Struct("=8sIIIIIIII")
_MAGIC: Final = 0xFEEDCAFE
_WITH_UDEV: Final = "mount -t tmpfs tmpfs /run; mkdir /run/udev; : >/run/udev/control; "
_WITHOUT_UDEV: Final = "mount -t tmpfs tmpfs /run; "
_NETLINK_KOBJECT_UEVENT: Final = 15  # linux/netlink.h

Event = tuple[str, str, str, int]
"""Action, subsystem, device type and how many such messages at once."""


async def told(*events: Event, udev: bool = True) -> tuple[int, list[int]]:
    """The netlink groups that Hotplug listens to, and how often each event was told."""
    program = [sys.executable, "-W", "error", __file__, json.dumps(events)]
    machine = await asyncio.create_subprocess_exec(
        *("unshare", "--map-root-user", "--net", "--mount", "sh", "-euc"),
        *((_WITH_UDEV if udev else _WITHOUT_UDEV) + 'exec "$@"', "sh", *program),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    async with asyncio.timeout(DEADLINE_S):
        output, complaints = await machine.communicate()
    assert machine.returncode == 0, complaints.decode()
    groups, counts = json.loads(output)
    return groups, counts


async def play(events: list[Event]) -> tuple[int, list[int]]:
    count = 0

    def changed() -> None:
        nonlocal count
        count += 1

    counts = []
    hotplug = Hotplug(changed=changed)
    await hotplug.start()
    assert hotplug._socket is not None
    groups = hotplug._socket.getsockname()[1]
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_KOBJECT_UEVENT) as udev:
        for action, subsystem, device_type, times in events:
            count = 0
            for _ in range(times):
                udev.sendto(message(action, subsystem, device_type), (0, UDEV_GROUP))
            while select.select([hotplug._socket], [], [], 0)[0]:
                await asyncio.sleep(0)
            counts.append(count)
    hotplug.close()
    return groups, counts


def message(action: str, subsystem: str, device_type: str) -> bytes:
    """As struct monitor_netlink_header of systemd's sd-device has it."""
    properties = {
        "ACTION": action,
        "DEVPATH": "/devices/pci0000:00/usb1/1-1",
        "SUBSYSTEM": subsystem,
        "DEVTYPE": device_type,
        "SEQNUM": "4711",
    }
    body = b"".join(f"{name}={value}\0".encode() for name, value in properties.items() if value)
    hashes = (murmur2(subsystem.encode()), murmur2(device_type.encode()) if device_type else 0)
    sizes = (_HEADER.size, _HEADER.size, len(body))
    network_order = (socket.htonl(number) for number in (*hashes, 0, 0))
    return _HEADER.pack(b"libudev", socket.htonl(_MAGIC), *sizes, *network_order) + body


def murmur2(text: bytes) -> int:
    """MurmurHash2 with seed 0, by which the kernel filters udev's messages."""
    factor, mask = 0x5BD1E995, 0xFFFFFFFF
    result = len(text)
    whole = len(text) - len(text) % 4
    for (word,) in struct.iter_unpack("<I", text[:whole]):
        mixed = word * factor & mask
        mixed = (mixed ^ mixed >> 24) * factor & mask
        result = result * factor & mask ^ mixed
    if whole < len(text):
        result = (result ^ int.from_bytes(text[whole:], "little")) * factor & mask
    result = (result ^ result >> 13) * factor & mask
    return result ^ result >> 15


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(json.loads(sys.argv[1])))))
