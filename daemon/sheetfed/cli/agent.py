"""Agent: whoever sits at a terminal is asked there for the password that polkit wants."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

PROGRAM: Final = "pkttyagent"
READY_DEADLINE_S: Final = 5.0


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
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *(program, "--process", str(os.getpid()), "--notify-fd", str(writing), "--fallback"),
            pass_fds=[writing],
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
