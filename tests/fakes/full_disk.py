"""Full disk: the small disk of a daemon's store, which a test fills up and clears."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fakes import small_disk
from fakes.daemon import Daemon, running_daemon


class SmallDisk:
    """The disk of a running daemon, seen from outside."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def free_bytes(self) -> int:
        disk = os.statvfs(self.root)
        return disk.f_bavail * disk.f_frsize

    def fill(self, *, but_bytes: int = 0) -> None:
        """Let only so much be free."""
        wanted = self.free_bytes - but_bytes
        with self._ballast.open("ab") as file:
            while wanted > 0:
                written = file.write(bytes(min(wanted, 1 << 16)))
                file.flush()
                wanted -= written

    def fill_up(self) -> None:
        """To the last byte."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.root / "ballast"


@asynccontextmanager
async def daemon_on_a_small_disk(
    folder: Path, *, min_free_bytes: int = 0
) -> AsyncIterator[tuple[Daemon, SmallDisk]]:
    """By default it lets the disk be filled to its last byte."""
    (folder / "store").mkdir()
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "small.toml").write_text(
        f"store.min_free_bytes = {min_free_bytes}\nimaging.workers = 1\n"
    )
    environment = {small_disk.VARIABLE: str(folder / "store")}
    program = (small_disk.__file__,)
    async with running_daemon(folder, program=program, environment=environment) as daemon:
        yield daemon, SmallDisk(Path(f"/proc/{daemon.process.pid}/root{folder}/store"))
