"""Report: what helps to find a fault, in a bundle that anybody may be shown."""

import asyncio
import json
import os
import platform
import shutil
import sys
import tarfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Final

from sheetfed.bus.context import Context
from sheetfed.core.access import THE_SERVICE
from sheetfed.core.job import Job
from sheetfed.core.scanner import Scanner

JOBS_AT_MOST: Final = 200

CONTENTS: Final[Mapping[str, str]] = {
    "versions.json": "the versions of Sheetfed, of what it is built on, and of the system",
    "configuration.json": "the configuration in force; of names, paths and web origins in it "
    "only how many there are",
    "service.json": "since when the service runs, where it listens, what it needs",
    "units.json": "what systemd says of the service's units",
    "scanners.json": "the scanners that are there, by their drivers' words, with SANE's names "
    "of the devices, which can hold an address in the network or a serial number",
    "backends.json": "how SANE's backends answered, which are in quarantine, what is hidden",
    "jobs.json": "how the latest jobs ended: times, pages, settings that could not be had, the "
    "reason; not whose they were",
    "store.json": "how much is stored, for how many owners, how full the disk is, and how many "
    "web origins are granted, denied or waiting",
}
"""The files of the bundle, beside this list itself in `README`."""

_README: Final = """\
A report of Sheetfed, for whoever looks for a fault.

{contents}

There are no pages in it, no file names, no names of users, documents or web origins, no keys and
no passwords. The journal is not in it: journalctl -u sheetfed.
"""
_LIBRARIES: Final = (
    "aiohttp",
    "aiosqlite",
    "click",
    "cryptography",
    "dbus-next",
    "img2pdf",
    "numpy",
    "pikepdf",
    "Pillow",
    "python-sane",
    "pyudev",
    "rich",
    "zstandard",
    "zxing-cpp",
)


class Report:
    """Everything is asked of what is known; no device is opened for it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def bundle(self) -> int:
        """A descriptor of a tar file in memory, the receiver's to close."""
        context = self._context
        contents: dict[str, object] = {
            "versions.json": await asyncio.to_thread(_versions, context.service.version),
            "configuration.json": context.service.configuration(),
            "service.json": await asyncio.to_thread(_process, context.service.endpoints()),
            "units.json": await context.units.told(),
            "scanners.json": [self._scanner(each) for each in context.core.scanners.known()],
            "backends.json": self._backends(),
            "jobs.json": self._jobs(),
            "store.json": await self._store(),
        }
        return await asyncio.to_thread(_packed, contents, context.core.clock.now())

    def _scanner(self, scanner: Scanner) -> dict[str, object]:
        capabilities = self._context.core.scanners.known_capabilities(scanner.id)
        told = ("vendor", "model", "type", "device", "backend", "alternatives")
        return {
            **{name: getattr(scanner, name) for name in told},
            "connection": scanner.connection.value,
            "available": self._context.core.scanners.is_available(scanner.id),
            "busy": self._context.core.scanners.is_busy(scanner.id),
            "quarantined": scanner.is_quarantined,
            "last_error": self._context.last_error(scanner.id),
            "capabilities": None if capabilities is None else asdict(capabilities),
        }

    def _backends(self) -> dict[str, object]:
        scanners = self._context.core.scanners
        return {
            "trouble": scanners.trouble,
            "looking": scanners.is_refreshing,
            "backends": [asdict(backend) for backend in scanners.survey.backends],
            "hidden": [
                {"device": device.device, "by": device.by.value}
                for device in scanners.survey.hidden
            ],
        }

    def _jobs(self) -> list[dict[str, object]]:
        jobs = sorted(self._context.core.jobs.visible_to(THE_SERVICE), key=lambda job: job.created)
        backends = {each.id: each.backend for each in self._context.core.scanners.known()}
        return [
            {**_outcome(job), "backend": backends.get(job.scanner, "")}
            for job in jobs[-JOBS_AT_MOST:]
        ]

    async def _store(self) -> dict[str, object]:
        usage = self._context.core.storekeeping.usage()
        kinds = Counter("programs" if each.owner.origin is None else "web" for each in usage)
        disk = await asyncio.to_thread(shutil.disk_usage, self._context.service.store_folder)
        return {
            "bytes": self._context.service.store_bytes(),
            "limit_bytes": self._context.service.store_limit_bytes(),
            "documents": sum(each.documents for each in usage),
            "pages": sum(each.pages for each in usage),
            "owners": dict(kinds),
            "grants": self._grants(),
            "disk_bytes": disk.total,
            "disk_free_bytes": disk.free,
        }

    def _grants(self) -> dict[str, int]:
        grants = self._context.core.grants.visible_to(THE_SERVICE)
        return dict(Counter(grant.state.value for grant in grants))


def _outcome(job: Job) -> dict[str, object]:
    return {
        "created": job.created,
        "ended": job.ended,
        "by": "program" if job.owner.origin is None else "web page",
        "state": job.state.value,
        "reason": None if job.reason is None else job.reason.value,
        "message": job.message,
        "pages": job.pages,
        "discarded": job.discarded,
        "snapped": [asdict(snapped) for snapped in job.snapped],
    }


def _versions(version: str) -> dict[str, object]:
    """Blocking."""
    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        system = ""
    return {
        "sheetfed": version,
        "python": sys.version.split()[0],
        "system": system,
        "kernel": platform.release(),
        "machine": platform.machine(),
        "sane": sorted({path.resolve().name for path in Path("/usr/lib").glob("*/libsane.so.1")}),
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def _process(endpoints: object) -> dict[str, object]:
    """Blocking. Of this process (proc(5))."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "endpoints": endpoints,
        "started": Path("/proc/self").stat().st_ctime,
        "memory": status["VmRSS"].strip(),
        "threads": int(status["Threads"]),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "processors": os.cpu_count(),
    }


def _packed(contents: Mapping[str, object], now: float) -> int:
    """Blocking."""
    listed = "\n".join(f"  {name}: {CONTENTS[name]}" for name in contents)
    files = {"README": _README.format(contents=listed)}
    files |= {
        name: json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
        for name, content in contents.items()
    }
    with os.fdopen(os.memfd_create("report", os.MFD_CLOEXEC), "wb") as memory:
        with tarfile.open(fileobj=memory, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, text in files.items():
                data = text.encode("utf-8", "replace")
                info = tarfile.TarInfo(f"sheetfed-report/{name}")
                info.size, info.mtime, info.mode = len(data), int(now), 0o644
                tar.addfile(info, BytesIO(data))
        memory.flush()
        memory.seek(0)
        return os.dup(memory.fileno())
