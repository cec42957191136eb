"""Power cut: what is left of a store when only what was synced is sure to be on the disk.

Names are as they were: the journals of file systems keep their order. What a file has that was not
synced may be there, whole or in part, or not at all.
"""

import random
import shutil
import subprocess
from pathlib import Path
from typing import Final

BLOCK_BYTES: Final = 4096
PASSING: Final = ("spool", "incoming")
"""Folders of files that are never synced."""

_SOURCE: Final = Path(__file__).with_name("synced.c")


class Disk:
    """Knows what of a store's files has been synced since a daemon was started on it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        """Whose store that is; all that is there now is on the disk. Blocks."""
        self._store = folder / "store"
        self._copies = folder / "synced"
        self._library = folder / "synced.so"
        self._chance = chance
        if not self._library.exists():
            command = ("gcc", "-std=gnu11", "-Wall", "-Wextra", "-O1", "-shared", "-fPIC")
            compiling = [*command, str(_SOURCE), "-o", str(self._library), "-ldl"]
            subprocess.run(compiling, check=True, timeout=60)
        shutil.rmtree(self._copies, ignore_errors=True)
        self._copies.mkdir()
        for path in self._store.rglob("*"):
            if path.is_file() and path.parent.name not in PASSING:
                shutil.copyfile(path, self._copies / str(path.stat().st_ino))

    @property
    def environment(self) -> dict[str, str]:
        """For the daemon."""
        return {
            "LD_PRELOAD": str(self._library),
            "SYNCED_STORE": f"{self._store}/",
            "SYNCED_COPIES": str(self._copies),
        }

    def left(self, target: Path) -> None:
        """The store after the power was cut, in a new folder. Blocks."""
        shutil.copytree(self._store, target)
        for path in self._store.rglob("*"):
            if path.is_file():
                copy = self._copies / str(path.stat().st_ino)
                synced = copy.read_bytes() if copy.exists() else b""
                left = target / path.relative_to(self._store)
                if path.suffix != ".sqlite-shm":
                    left.write_bytes(self._mixed(synced, path.read_bytes()))

    def _mixed(self, synced: bytes, now: bytes) -> bytes:
        """What was synced, and what came since as far as it came."""
        way = self._chance.random()
        if now == synced or way < 0.4:
            return synced
        if not synced:
            return now[: self._chance.randint(0, len(now))] if way < 0.8 else now
        size = self._chance.choice((len(synced), len(now)))
        blocks = [
            self._chance.choice((synced, now))[at : at + BLOCK_BYTES].ljust(BLOCK_BYTES, b"\0")
            for at in range(0, size, BLOCK_BYTES)
        ]
        return b"".join(blocks)[:size]
