"""The image workers of a pool in this process: which there are, and what holds them up."""

import contextlib
import os
from pathlib import Path

from fakes.gate import until


def workers() -> list[int]:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children]


def hang(master: Path) -> None:
    """Let whoever writes this master wait for a reader that never comes."""
    os.mkfifo(f"{master}.part")


def mend(master: Path) -> None:
    Path(f"{master}.part").unlink()


def at_work_on(spool: Path) -> int | None:
    """The worker that has the spool open."""
    for pid in workers():
        with contextlib.suppress(FileNotFoundError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                if target_of(link) == spool:
                    return pid
    return None


def target_of(link: Path) -> Path | None:
    """None for a descriptor that was closed since it was listed."""
    try:
        return link.readlink()
    except FileNotFoundError:
        return None


async def begun(spool: Path, *, not_by: int | None = None) -> int:
    await until(lambda: at_work_on(spool) not in (None, not_by))
    pid = at_work_on(spool)
    assert pid is not None
    return pid
