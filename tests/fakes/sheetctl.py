"""The command as a process of its own, as a user runs it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sheetfed

DEADLINE_S = 15.0


@dataclass(frozen=True)
class Ran:
    """How it ended and what it said."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Sheetctl:
    """Runs in a folder, against a bus."""

    def __init__(self, address: str, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(sheetfed.__file__).parents[1]),
            "SHEETCTL_BUS": address,
            "LANG": "C.UTF-8",
        }

    async def __call__(self, *arguments: str) -> Ran:
        async with self.started(*arguments) as process:
            out, err = await process.communicate()
        return Ran(process.returncode or 0, out, err.decode())

    @asynccontextmanager
    async def started(
        self, *arguments: str, **streams: Any
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sheetfed.cli.start",
            *arguments,
            cwd=self._folder,
            env=self._environment,
            **(
                {
                    "stdin": asyncio.subprocess.DEVNULL,
                    "stdout": asyncio.subprocess.PIPE,
                    "stderr": asyncio.subprocess.PIPE,
                }
                | streams
            ),
        )
        try:
            async with asyncio.timeout(DEADLINE_S):
                yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
                await process.wait()
