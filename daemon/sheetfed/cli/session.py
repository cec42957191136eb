"""Session: what the options before the subcommand say."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Session:
    bus: str
    is_json: bool

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run(work)
