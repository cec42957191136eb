"""Plugged: whether the service may open the scanners that are plugged in."""

import grp
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.machine import SERVICE_GROUPS, SERVICE_USER, Machine

CHECK: Final = "devices"

_USB_MAJOR: Final = "c189:"
_OF_SANE: Final = "E:libsane_matched=yes"
"""What SANE's udev rules write down of a scanner they know."""


def check(machine: Machine) -> list[Diagnosis]:
    """Nothing where there is no such user: then the service runs as somebody else."""
    try:
        user = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return []
    groups = set(os.getgrouplist(SERVICE_USER, user.pw_gid))
    groups |= {group.gr_gid for group in grp.getgrall() if group.gr_name in SERVICE_GROUPS}
    return judged(machine, user.pw_uid, frozenset(groups))


def judged(machine: Machine, uid: int, groups: frozenset[int]) -> list[Diagnosis]:
    """As the service's user with these groups would find them."""
    found = []
    for node in _scanners(machine.root):
        try:
            status = node.stat()
        except OSError:
            continue
        shown = f"/{node.relative_to(machine.root)}"
        shift = 6 if status.st_uid == uid else 3 if status.st_gid in groups else 0
        if status.st_mode >> shift & 0o6 == 0o6 or uid == 0:
            found.append(Diagnosis(CHECK, f"{shown} can be opened by the service"))
        else:
            found.append(
                Diagnosis(
                    CHECK,
                    f"{shown} cannot be opened by the service",
                    Trouble.DEVICE_PERMISSION,
                    "Unplug the scanner and plug it in again, so that SANE's udev rules give it "
                    "to the group scanner; `udevadm info " + shown + "` shows what they did.",
                )
            )
    return found


def _scanners(root: Path) -> Iterator[Path]:
    """The device files of the USB scanners that SANE's udev rules know."""
    for entry in sorted((root / "run/udev/data").glob(f"{_USB_MAJOR}*")):
        try:
            if _OF_SANE not in entry.read_text("utf-8", "replace").splitlines():
                continue
            numbers = entry.name.removeprefix("c")
            event = (root / "sys/dev/char" / numbers / "uevent").read_text()
        except OSError:
            continue
        names = dict(line.partition("=")[::2] for line in event.splitlines())
        if "DEVNAME" in names:
            yield root / "dev" / names["DEVNAME"]
