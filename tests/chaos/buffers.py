"""Buffers: an instance's pages, written by RPC calls."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import aiohttp

from chaos.pictures import LETTERS, STACK, letter, seeds
from chaos.told import NEW, Order, Refused, Violation, require
from chaos.writer import Step, Writer
from fakes.daemon import Daemon
from fakes.receiver import Receiver
from fakes.sse import read_events

FINAL: Final = ("done", "failed", "canceled")
TEST: Final = ("test:0", "test:1")
PATTERN: Final = {
    "paper_source": "feeder",
    "resolution": 50,
    "area": {"left": 0, "top": 0, "width": 60, "height": 80},
    "options": {"test-picture": "Color pattern"},
}


class BufferWriter(Writer):
    """Listens to its instance's events, too."""

    def __init__(self, *arguments: Any, receiver: Receiver, scanners: tuple[str, ...]) -> None:
        super().__init__(*arguments)
        self._receiver = receiver
        self.instance = self.book.name
        self._scanners = scanners
        self._job: str | None = None
        self._last_number = 0

    def steps(self) -> Mapping[str, Step]:
        found: dict[str, Step] = {"load": self._load, "export": self._export, "look": self._some}
        if self._job is not None:
            return {"job": self._follow, "cancel": self._cancel, "edit": self._edit} | found
        found |= {"scan": self._scan, "scan and wait": self._wait, "scan more": self._scan}
        if self.book.order:
            found |= {
                "edit": self._edit,
                "undo": self._undo,
                "redo": self._redo,
                "move": self._move,
                "switch": self._switch,
                "reverse": self._reverse,
                "copy": self._copy,
                "remove": self._remove,
                "upload": self._upload,
            }
        if len(self.book.order) > 20:
            found["remove all"] = self._remove_all
        return found

    async def work(self, daemon: Daemon) -> None:
        self._job = None
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(daemon))
            try:
                await super().work(daemon)
            finally:
                listening.cancel()

    async def pages(self) -> list[str]:
        (count,) = await self.call("HowManyImagesInBuffer")
        with suppress(Refused):
            if not self._job or self.chance.random() < 0.5:
                return [(await self.call("IndexToImageID", index))[0] for index in range(count)]
        document = self.book.document
        if count and document is not None:
            body = json.loads(await self.fetch("GET", f"/api/storage/documents/{document}"))
            return [page["uid"] for page in body["pages"]]
        return [(await self.call("IndexToImageID", index))[0] for index in range(count)]

    async def info(self, page: str) -> dict[str, Any]:
        (index,) = await self.call("ImageIDToIndex", page)
        (found,) = await self.call("GetImageInfo", index)
        require(found["id"] == page, f"{self.book.name}: {page} is not at its index")
        return dict(found)

    async def call(self, method: str, *parameters: object, door: str = "f") -> list[Any]:
        body = {"id": self.instance, "method": method, "parameter": list(parameters)}
        answer = json.loads(await self.fetch("POST", f"/{door}/{method}", body))
        result: list[Any] = answer["result"]
        return result

    async def check(self, daemon: Daemon) -> None:
        await super().check(daemon)
        for job, pages in self.book.jobs.items():
            found = [seeds().get(self.book.bases.get(page, ""), 0) for page in pages]
            known = [seed for seed in found if seed]
            require(
                known == sorted(set(known)),
                f"{self.book.name}: {job} told the pages of its stack in the order {found}",
            )

    async def jobs_ended(self) -> bool:
        """Of a daemon that is left alone; a job that waits for somebody is finished."""
        if self._job is not None:
            with suppress(Refused):
                await self._follow()
        return self._job is None

    async def _listen(self, daemon: Daemon) -> None:
        """With gaps: the connection breaks, and the events since then are asked for."""
        while True:
            url = f"{daemon.base}/dwt/dwt_1/events?id={self.instance}"
            headers = {"Last-Event-ID": str(self._last_number)} if self._last_number else {}
            before = 0
            with suppress(aiohttp.ClientError, ConnectionError):
                async with daemon.http.get(url, headers=headers) as stream:
                    async for number, name, data in read_events(stream):
                        if number <= before:
                            raise Violation(f"event {number} came after {before}")
                        before = self._last_number = number
                        self._hear(name, data)
                        if self.chance.random() < 0.01:
                            break
            await asyncio.sleep(0.02)

    def _hear(self, name: str, data: dict[str, Any]) -> None:
        if name == "page":
            self.book.document = data["document"]
            if data["action"] == "added":
                self.book.hear_added(data["id"], data["job"])
            elif data["action"] == "removed":
                self.book.hear_removed(data["id"])

    def _settings(self) -> dict[str, object]:
        scanner = self.chance.choice(self._scanners)
        if scanner.startswith("test"):
            pages = self.chance.choice((1, 2, 5, 10))
            return {**PATTERN, "scanner": scanner, "pages": pages, "queue": True}
        pages = self.chance.choice((1, STACK - 2, STACK, -1))
        return {"scanner": scanner, "pages": pages, "queue": self.chance.random() < 0.8}

    async def _scan(self) -> None:
        _, job = await self.call("AcquireImage", self._settings(), door="fa")
        self._job = str(job)

    async def _wait(self) -> None:
        try:
            await self.call("AcquireImage", self._settings())
        except Refused as refusal:
            self._job = refusal.job
            raise

    async def _follow(self) -> None:
        assert self._job is not None
        (status,) = await self.call("JobStatus", self._job)
        if status["state"] == "paused":
            answers = ("ResumeJob", "FinishJob", "ResumeJob")
            await self.call(self.chance.choice(answers), self._job)
        elif status["state"] in FINAL:
            self._job = None

    async def _cancel(self) -> None:
        if self.chance.random() < 0.3:
            await self.call("CancelAllPendingTransfers")
            self._job = None

    def _index(self) -> int:
        if not self.book.order:
            raise Refused("nothing there")
        return self.chance.randrange(len(self.book.order))

    async def _edit(self) -> None:
        index = self._index()
        method = self.chance.choice(("RotateRight", "RotateLeft", "Mirror", "Flip", "Invert"))
        await self._edited(index, 1, method)

    async def _undo(self) -> None:
        await self._edited(self._index(), -1, "Undo")

    async def _redo(self) -> None:
        await self._edited(self._index(), 1, "Redo")

    async def _edited(self, index: int, step: int, method: str) -> None:
        page = self.book.order[index]
        with self.book.edit(page, step):
            await self.call(method, index)
        self.book.read_edits(page, (await self.info(page))["edits"])
        await self.look(page)

    async def _move(self) -> None:
        source, target = self._index(), self._index()

        def after(order: Order) -> Order:
            left = [page for number, page in enumerate(order) if number != source]
            return (*left[:target], order[source], *left[target:])

        with self.book.change(after):
            await self.call("MoveImage", source, target)

    async def _switch(self) -> None:
        one, other = self._index(), self._index()

        def after(order: Order) -> Order:
            places = list(order)
            places[one], places[other] = places[other], places[one]
            return tuple(places)

        with self.book.change(after):
            await self.call("SwitchImage", one, other)

    async def _reverse(self) -> None:
        with self.book.change(lambda order: order[::-1]):
            await self.call("ReversePages")

    async def _copy(self) -> None:
        source, target = self._index(), self._index()
        with self.book.change(lambda order: (*order[:target], NEW, *order[target:])):
            await self.call("CopyImages", [source], target)

    async def _load(self) -> None:
        content, _ = letter(self.chance.randrange(LETTERS))
        if self._job is not None:
            await self.fetch("POST", f"/dwt/dwt_1/load?id={self.instance}", content)
            return
        with self.book.change(lambda order: (*order, NEW)):
            await self.fetch("POST", f"/dwt/dwt_1/load?id={self.instance}", content)

    async def _remove(self) -> None:
        index = self._index()
        with self.book.change(lambda order: (*order[:index], *order[index + 1 :])):
            await self.call("RemoveImage", index)

    async def _remove_all(self) -> None:
        with self.book.change(lambda _: ()):
            await self.call("RemoveAllImages")

    async def _some(self) -> None:
        page = self.book.order[self._index()]
        self.book.read_edits(page, (await self.info(page))["edits"])
        await self.look(page)
        await self.fetch("GET", f"/dwt/dwt_1/img?pageid={page}&width=30&height=30")

    async def _export(self) -> None:
        kind = self.chance.choice(("pdf", "tiff"))
        index = self._index()
        path = f"/dwt/dwt_1/doc?id={self.instance}&type={kind}&indices={index}"
        content = await self.fetch("GET", path)
        require(content[:4] in (b"%PDF", b"II*\0", b"MM\0*"), f"{path} is no {kind}")

    async def _upload(self) -> None:
        index, name = self._index(), f"{self.chance.random()}.pdf"
        url = f"{self._receiver.origin}/{name}"
        asked = {"url": url, "indices": [index], "type": "pdf", "file_name": name}
        done, reply = await self.call("HTTPUpload", asked)
        arrived = [each for each in self._receiver.arrived if each.path == f"/{name}"]
        for each in arrived:
            self._receiver.arrived.remove(each)
        is_there = any(each.file.startswith(b"%PDF") for each in arrived)
        require(
            done is True and reply["status"] == 200 and is_there,
            f"{self.book.name}: an upload that was told to be done has not arrived",
        )
