"""Writer: whoever changes one document, one step after the other, until the daemon is gone."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from chaos.pictures import Gallery
from chaos.told import Book, Broken, Refused, require
from fakes.daemon import Daemon

Step = Callable[[], Awaitable[None]]
PATIENCE_S = 60.0
EXPECTED = frozenset(
    {
        *("scanner-busy", "scanner-lost", "scanner-io", "scanner-timeout", "scanner-not-found"),
        *("no-scanner", "paper-jam", "feeder-empty", "cover-open", "store-full", "interrupted"),
        *("shutting-down", "too-many", "nothing-to-undo", "wrong-state", "not-found", "gone"),
        *("index-out-of-range", "upload-failed", "canceled-at-device", "settings-refused"),
    }
)
"""What the daemon may answer while all this is done to it. An image is never damaged."""


class Writer:
    """Its steps are chosen by chance; each is told to its book."""

    def __init__(self, name: str, chance: random.Random, gallery: Gallery) -> None:
        self.book = Book(name)
        self.chance = chance
        self.gallery = gallery
        self.daemon: Daemon | None = None
        self.done: dict[str, int] = {}
        self.last: deque[str] = deque(maxlen=12)

    def steps(self) -> Mapping[str, Step]:
        """What may be done now."""
        raise NotImplementedError

    async def pages(self) -> list[str]:
        """What the document has now, in its order."""
        raise NotImplementedError

    async def info(self, page: str) -> dict[str, Any]:
        raise NotImplementedError

    async def work(self, daemon: Daemon) -> None:
        """Until the daemon is gone, or this is cancelled."""
        self.daemon = daemon
        while True:
            word = "look"
            try:
                await self.settle()
                word, step = self.chance.choice(list(self.steps().items()))
                await step()
            except Refused as refusal:
                self.count(f"{word}: {refusal}")
            except Broken:
                self.count(f"{word}: no answer")
                await asyncio.sleep(0.05)
            else:
                self.count(word)
            await asyncio.sleep(self.chance.random() * 0.1)

    def count(self, word: str) -> None:
        self.done[word] = self.done.get(word, 0) + 1
        self.last.append(word)

    async def settle(self) -> None:
        """Read what is there, and compare it with what was told."""
        heard = list(self.book.heard)
        self.book.read(await self.pages(), heard)

    async def check(self, daemon: Daemon) -> None:
        """Everything, down to the pixels."""
        self.daemon = daemon
        await self.settle()
        for page in list(self.book.order):
            self.book.read_edits(page, (await self.info(page))["edits"])
            await self.look(page)

    async def look(self, page: str) -> None:
        """At its pixels, which are those that were told."""
        edits = self.book.edits[page]
        png = await self.fetch("GET", f"/dwt/dwt_1/img?pageid={page}&type=png")
        base = self.gallery.see(page, self.book.bases.get(page), edits, png)
        if base is not None:
            self.book.bases[page] = base

    async def fetch(self, method: str, path: str, body: Any = None) -> bytes:
        """The body of a good answer. Raises Refused or Broken."""
        assert self.daemon is not None
        data = {"data": body} if isinstance(body, bytes) else {"json": body}
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                self.daemon.http.request(
                    method, self.daemon.base + path, **({} if body is None else data)
                ) as answer,
            ):
                content = await answer.read()
                if answer.status >= 400:
                    raise self.refusal(method, path, await answer.json())
                return content
        except TimeoutError as error:
            require(False, f"{method} {path} was not answered in {PATIENCE_S:g} s")
            raise Broken from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Broken(repr(error)) from error

    def refusal(self, method: str, path: str, said: dict[str, Any]) -> Refused:
        """An error, which has to be one of those that can be."""
        error = said.get("error") or said.get("cause") or {}
        code = error.get("code", "")
        require(code in EXPECTED, f"{self.book.name}: {method} {path} was answered {said}")
        return Refused(code, path, (error.get("details") or {}).get("job"))
