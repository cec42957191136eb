"""Agent: whoever sits at a terminal is asked there for the password that polkit wants."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

PROGRAM: Final = "pkttyagent"
READY_DEADLINE_S: Final = 5.0

_SCOPE: Final = re.compile(r"/session-[^/]+\.scope(/|$)", re.MULTILINE)


@asynccontextmanager
async def at_terminal() -> AsyncIterator[None]:
    """While in the block polkit can ask here, unless the desktop asks; root is never asked."""
    if os.geteuid() == 0 or not (sys.stdin.isatty() and sys.stderr.isatty()):
        yield
        return
    program = await asyncio.to_thread(shutil.which, PROGRAM)
    if program is None:
        yield
        return
    words = [program, "--process", str(os.getpid())]
    if await asyncio.to_thread(_is_in_session):
        words.append("--fallback")
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *words, "--notify-fd", str(writing), pass_fds=[writing]
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    try:
        await _until_ready(reading)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _is_in_session(root: Path = Path("/")) -> bool:
    """Whether logind knows a session of this process, or one of the user's on a display.

    polkit looks at a fallback only in a session: a shell that no login began would not be asked.
    """
    try:
        if _SCOPE.search((root / "proc/self/cgroup").read_text()):
            return True
        known = (root / "run/systemd/users" / str(os.getuid())).read_text()
    except OSError:
        return False
    return any(line.startswith("DISPLAY=") for line in known.splitlines())


async def _until_ready(reading: int) -> None:
    """It closes its end once it is registered."""
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()
    loop.add_reader(reading, closed.set)
    try:
        await asyncio.wait_for(closed.wait(), READY_DEADLINE_S)
    except TimeoutError:
        return
    finally:
        loop.remove_reader(reading)
        os.close(reading)
