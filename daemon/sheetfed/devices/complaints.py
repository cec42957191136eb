"""Complaints: what a worker and its driver write to stderr, in the daemon's log, bounded."""

import asyncio
import logging

_log = logging.getLogger(__name__)
_CHUNK_BYTES = 4096
_MAX_LINE = 500
_MAX_LINES = 100


async def log_complaints(process: asyncio.subprocess.Process) -> None:
    """Until the worker closes its stderr; beyond the limit it is read and dropped."""
    stderr = process.stderr
    if stderr is None:
        return
    logged = 0
    rest = b""
    while chunk := await stderr.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[:_MAX_LINE]
        for line in lines[: _MAX_LINES - logged]:
            _warn(process.pid, line)
        logged = min(_MAX_LINES, logged + len(lines))
    if rest and logged < _MAX_LINES:
        _warn(process.pid, rest)


def _warn(pid: int, line: bytes) -> None:
    text = line[:_MAX_LINE].decode(errors="replace").rstrip()
    if text:
        _log.warning("scanner worker %d: %s", pid, text)
