"""Complaints: what a worker and its driver write to stderr, in the daemon's log, bounded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)
_CHUNK_BYTES = 4096
_MAX_LINE = 500
_MAX_LINES = 100


async def log_complaints(process: asyncio.subprocess.Process) -> None:
    """What comes out of the process' stderr, where that is a pipe."""
    if process.stderr is not None:
        await log_words(process.pid, process.stderr.read)


async def log_words(pid: int, read: Callable[[int], Awaitable[bytes]]) -> None:
    """Until there is no more to read; beyond the limit it is read and dropped."""
    logged = 0
    rest = b""
    while chunk := await read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[:_MAX_LINE]
        for line in lines[: _MAX_LINES - logged]:
            _warn(pid, line)
        logged = min(_MAX_LINES, logged + len(lines))
    if rest and logged < _MAX_LINES:
        _warn(pid, rest)


def _warn(pid: int, line: bytes) -> None:
    text = line[:_MAX_LINE].decode(errors="replace").rstrip()
    if text:
        _log.warning("scanner worker %d: %s", pid, text)
