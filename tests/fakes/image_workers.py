"""The image workers of a pool in this process: which there are, and what becomes of them."""

import contextlib
import os
from pathlib import Path

from fakes.gate import until

_SITE = """
import os
import sys

went_on = set()


def met(event, arguments):
    if event != "open" or not isinstance(arguments[0], (str, os.PathLike)):
        return
    path = os.fspath(arguments[0])
    if isinstance(path, str) and os.path.exists(path + ".deadly"):
        os.abort()
    if isinstance(path, str) and path not in went_on and os.path.exists(path + ".held"):
        os.open(path + ".held", os.O_RDONLY)
        # One opening of a file is told twice, by open() and by the opener that it calls.
        went_on.add(path)


sys.addaudithook(met)
"""
"""What workers load when they start: they meet the files that are held or deadly."""


def site(folder: Path) -> Path:
    """A folder for PYTHONPATH, so that `hang` and `make_deadly` reach the workers."""
    (folder / "sitecustomize.py").write_text(_SITE)
    return folder


def workers() -> list[int]:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children]


def minor_faults(pid: int) -> int:
    """How often the kernel has given it a page of memory (proc(5), stat)."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[7])


def hang(master: Path) -> None:
    """Let whoever writes this master wait, for ever."""
    os.mkfifo(f"{master}.part.held")


def mend(master: Path) -> None:
    """Let those who write it from now on not wait."""
    Path(f"{master}.part.held").unlink()


async def release(master: Path) -> None:
    """Let the one that waits, or will, go on."""

    def went_on() -> bool:
        try:
            os.close(os.open(f"{master}.part.held", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    await until(went_on)


def make_deadly(source: Path) -> None:
    """Let whoever opens this file die of it."""
    Path(f"{source}.deadly").touch()


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
