"""scanimage on the virtual scanner: SANE's own program as the reference."""

import asyncio
import os
import re
import subprocess
from dataclasses import dataclass

from sheetfed.devices.driver import VIRTUAL_CONFIG_DIR

_PATIENCE_S = 6


@dataclass(frozen=True, slots=True)
class Pnm:
    width_px: int
    height_px: int
    rows: bytes


async def scanimage(*arguments: str) -> bytes:
    """What it writes; the test backend hangs now and then, so there is one more attempt."""
    return await asyncio.to_thread(_run, arguments)


def _run(arguments: tuple[str, ...]) -> bytes:
    command = ("scanimage", "--device-name=test:0", *arguments)
    environment = {**os.environ, "SANE_CONFIG_DIR": str(VIRTUAL_CONFIG_DIR), "LC_ALL": "C.UTF-8"}
    for _ in range(2):
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, timeout=_PATIENCE_S, check=True
            )
        except subprocess.TimeoutExpired:
            continue
        return done.stdout
    raise TimeoutError("scanimage hung twice")


def parse_pnm(data: bytes) -> Pnm:
    head = re.match(rb"(P[456])\n(?:#[^\n]*\n)*(\d+) (\d+)\n", data)
    assert head is not None
    start = head.end()
    if head[1] != b"P4":
        start = data.index(b"\n", start) + 1
    return Pnm(int(head[2]), int(head[3]), data[start:])
