"""FakeSender: a server that answers as a test says, and a file that has arrived or has not."""

import asyncio
from collections.abc import Callable
from typing import BinaryIO

from fakes.gate import Gate
from sheetfed.core.uploads import Reply, Undelivered, Upload

OK = Reply(200, "thank you")


class FakeSender:
    """The port Sender. `outcomes` are those of the attempts to come, then it is all well."""

    def __init__(self) -> None:
        self.outcomes: list[Reply | Exception] = []
        self.sending = Gate()
        self.attempts: list[Upload] = []
        self.arrived: list[bytes] = []

    async def send(
        self, upload: Upload, file: BinaryIO, size_bytes: int, told: Callable[[int], None]
    ) -> Reply:
        """It has told of half of the file when it waits at its gate."""
        self.attempts.append(upload)
        content = await asyncio.to_thread(_content, file)
        assert len(content) == size_bytes
        told((size_bytes + 1) // 2)
        await self.sending.passed()
        outcome = self.outcomes.pop(0) if self.outcomes else OK
        if isinstance(outcome, Exception):
            raise outcome
        told(size_bytes)
        self.arrived.append(content)
        return outcome


def lost(*, may_have_arrived: bool) -> Undelivered:
    return Undelivered("the connection to the server broke", may_have_arrived=may_have_arrived)


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()
