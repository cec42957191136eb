"""Patterns: what SANE backends write into their device names, as a table.

From the backends' manual pages and sources, and from device lists in bug reports. Each pattern is
tried on the name without "backend:", in this order, the first that matches rules. Its groups: `bus`
and `number` on the USB, `port` there as sysfs calls it, `vid`, `pid`, `serial`, `host`, and
`protocol` where one backend speaks several.
"""

import fnmatch
import re
from dataclasses import dataclass

from sheetfed.core.scanner import Connection

_HOST = r"(?P<host>\[[^\]]+\]|[^:/?;&\s]+)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """How backends whose name fits `backend` call devices that are reached by `connection`."""

    backend: str
    name: re.Pattern[str]
    connection: Connection


def _table() -> tuple[Pattern, ...]:
    usb, network = Connection.USB, Connection.NETWORK
    rows = (
        ("test", r"", Connection.VIRTUAL),
        ("*", r"libusb:(?P<bus>[0-9]{1,9}):(?P<number>[0-9]{1,9})", usb),
        ("pixma", r"(?P<vid>[0-9A-Fa-f]{4})(?P<pid>[0-9A-Fa-f]{4})(_(?P<serial>.+))?$", usb),
        ("pixma", r"[^_]+_(?P<host>\d+\.\d+\.\d+\.\d+)$", network),
        ("pixma", r"[^_]+_(?P<serial>.+)$", network),
        ("fujitsu", r"[^:/]+:(?P<serial>\d+)$", usb),
        ("canon_dr", r"[^:/]+:(?P<serial>[^:/]+)$", usb),
        ("hpaio", r"/usb/[^?]*(\?(.*&)?serial=(?P<serial>[^&]+))?", usb),
        ("hpaio", r"/net/[^?]*\?(.*&)?zc=(?P<serial>[^&]+)", network),
        ("hpaio", rf"/net/[^?]*\?(.*&)?(ip|hostname)={_HOST}", network),
        ("hpaio", r"/net/", network),
        ("hpaio", r"/par/", Connection.PARALLEL),
        ("airscan", rf"(?P<protocol>escl|wsd):[^:]*:https?://{_HOST}", network),
        ("airscan", r"(?P<protocol>[ew])[0-9a-f]+:", network),
        ("airscan", r"(?P<protocol>escl|wsd):", network),
        ("escl", rf"(?:[a-z]+\+)?https?://{_HOST}", network),
        ("escl", r"unix://", usb),
        ("epsonscan2", rf"networkscanner:.*:network:{_HOST}$", network),
        ("epsonscan2", r"[^:]+:(?P<serial>[0-9A-Fa-f]{12,}):.*\busb\b", usb),
        ("epsonscan2", r".*\busb\b", usb),
        ("smfp", r"usb;(?P<vid>[0-9a-fA-F]{4});(?P<pid>[0-9a-fA-F]{4});(?P<serial>[^;]+)$", usb),
        ("smfp", rf"net;{_HOST}", network),
        ("brother*", r"bus\d+;dev\d+", usb),
        ("brother*", r"net\d+", network),
        ("xerox_mfp", rf"tcp\s+{_HOST}", network),
        ("dell1600n_net", rf"{_HOST}$", network),
        ("epkowa", r"usb:(?P<bus>[0-9]{1,9}):(?P<number>[0-9]{1,9})", usb),
        ("*", r"(?:esci:)?usb:/sys/.*/(?P<port>[^/:]+):[^/]*$", usb),
        ("*", rf"(?:esci:)?networkscan://{_HOST}", network),
        ("*", rf"net:{_HOST}", network),
        ("*", rf"https?://{_HOST}", network),
        ("*", r"/dev/(sg\d|scanner|scsi|pg\d|rsc|uk\d)", Connection.SCSI),
        ("*", r"/dev/usb", usb),
        ("*", r"(/dev/)?(parport|lp)\d|0x[0-9a-fA-F]{3}$", Connection.PARALLEL),
    )
    return tuple(
        Pattern(backend, re.compile(name), connection) for backend, name, connection in rows
    )


_PATTERNS = _table()


def match(backend: str, name: str) -> tuple[Connection, dict[str, str]]:
    """How the device is reached, and the groups that its name has."""
    for pattern in _PATTERNS:
        if fnmatch.fnmatchcase(backend, pattern.backend) and (found := pattern.name.match(name)):
            groups = {key: value for key, value in found.groupdict().items() if value}
            return pattern.connection, groups
    return Connection.UNKNOWN, {}
