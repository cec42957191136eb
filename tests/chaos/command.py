"""Command: somebody at a terminal, who must be told sensible things whatever happens."""

import asyncio
import random
from pathlib import Path
from typing import Final

from chaos.told import require
from fakes.sheetctl import Sheetctl

CODES: Final = range(10)
SCAN: Final = ("scan", "--resolution", "50", "--paper-source", "feeder", "--pages", "2", "-o")
WORDS: Final = (
    ("status",),
    ("documents",),
    ("jobs",),
    ("reload",),
    ("store", "usage"),
    ("store", "purge", "--older-than", "2d"),
    ("store", "export", "-o", "backup.tar"),
)


class Command:
    def __init__(self, chance: random.Random, sheetctl: Sheetctl, folder: Path) -> None:
        self._chance = chance
        self._sheetctl = sheetctl
        self._scan = folder / "scan.pdf"

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            words = self._chance.choice((*WORDS, (*SCAN, str(self._scan))))
            try:
                ran = await self._sheetctl(*words)
            except TimeoutError:
                continue
            require("Traceback" not in ran.err, f"{words}: {ran.err}")
            require(ran.code in CODES, f"{words} ended with {ran.code}: {ran.err}")
            if words[0] == "scan" and ran.code == 0:
                content = await asyncio.to_thread(self._scan.read_bytes)
                require(content.startswith(b"%PDF"), "a scan that was done is no PDF")
            await asyncio.sleep(self._chance.uniform(0.2, 2.0))
