"""Desktop: a program on the message bus that scans into documents and keeps them."""

import asyncio
import os
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any, Final

from dbus_next.signature import Variant

from chaos.pictures import LETTERS, letter
from chaos.told import NEW, Broken, Refused, Violation, require
from chaos.writer import EXPECTED, PATIENCE_S, Step, Writer
from fakes.busclient import Client, client_on
from fakes.daemon import Daemon
from sheetfed.bus.contract import DOCUMENT, JOB, MANAGER, ROOT
from sheetfed.bus.refusal import UNKNOWN_METHOD, UNKNOWN_OBJECT, Refusal

ERROR: Final = "org.sheetfed1.Error."
OPS: Final = ("mirror", "flip", "invert")
AWAY: Final = ("ServiceUnknown", "NoReply", "NameHasNoOwner", "Disconnected", "TimedOut")
"""Errors of a bus that the daemon has left."""


class DesktopWriter(Writer):
    def __init__(self, *arguments: Any, address: str, scanner: str) -> None:
        super().__init__(*arguments)
        self._address = address
        self._scanner = scanner
        self._client: Client | None = None
        self._job: str | None = None

    def steps(self) -> Mapping[str, Step]:
        found: dict[str, Step] = {"scan": self._scan, "bus": self._objects}
        if self._job is not None:
            found = {"job": self._follow, "follow": self._follow, "cancel": self._cancel}
        if self.book.order and self._job is None:
            found |= {"add": self._add, "edit": self._edit}
            found |= {"get": self._get, "export": self._export}
            if len(self.book.order) > 15:
                found["remove"] = self._remove
        return found

    async def work(self, daemon: Daemon) -> None:
        self._job = None
        async with client_on(self._address) as self._client:
            await super().work(daemon)

    async def check(self, daemon: Daemon) -> None:
        async with client_on(self._address) as self._client:
            await super().check(daemon)
            if self.book.document is not None:
                infos = [await self._info(index) for index in range(len(self.book.order))]
                require(
                    tuple(info["id"] for info in infos) == self.book.order,
                    f"{self.book.name}: D-Bus has other pages than were told",
                )

    async def settle(self) -> None:
        if self.book.document is not None:
            await super().settle()

    async def pages(self) -> list[str]:
        try:
            count = await self._bus().get(self._path, DOCUMENT, "Pages")
            return [(await self._info(index))["id"] for index in range(count)]
        except Refusal as error:
            if error.name in (UNKNOWN_OBJECT, UNKNOWN_METHOD):
                return []
            raise self._translated(error) from error

    async def info(self, page: str) -> dict[str, Any]:
        words = (await self._info(self.book.order.index(page)))["edits"]
        return {"edits": [{"op": word} for word in words]}

    @property
    def _path(self) -> str:
        return f"{ROOT}/document/{self.book.document}"

    def _bus(self) -> Client:
        assert self._client is not None
        return self._client

    async def _info(self, index: int) -> dict[str, Any]:
        return dict(await self._call("GetPageInfo", "u", index, path=self._path))

    async def _call(self, member: str, signature: str = "", *body: Any, **at: Any) -> Any:
        at.setdefault("interface", DOCUMENT)
        return await self._told(member, self._bus().call(member, signature, *body, **at))

    async def _asked(self, member: str, signature: str, *body: Any, **at: Any) -> Any:
        """The whole reply, with its files."""
        return await self._told(member, self._bus().ask(member, signature, *body, **at))

    async def _told(self, member: str, answer: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        except TimeoutError as error:
            raise Violation(f"{member} was not answered in {PATIENCE_S:g} s") from error
        except Refusal as error:
            raise self._translated(error) from error
        except (EOFError, OSError) as error:
            raise Broken(repr(error)) from error

    def _translated(self, error: Refusal) -> Exception:
        if error.name.endswith(AWAY):
            return Broken(error.text)
        word = "".join(
            f"-{letter.lower()}" if letter.isupper() else letter
            for letter in error.name.removeprefix(ERROR)
        ).lstrip("-")
        if word in EXPECTED or error.name in (UNKNOWN_OBJECT, UNKNOWN_METHOD):
            return Refused(word, error.text)
        return Violation(f"{self.book.name}: {error.name}: {error.text}")

    async def _scan(self) -> None:
        settings = {
            "paper_source": Variant("s", "feeder"),
            "resolution": Variant("d", 50.0),
            "pages": Variant("u", self.chance.choice((1, 3, 8))),
            "queue": Variant("b", True),
            "area": Variant(
                "a{sv}",
                {
                    name: Variant("d", value)
                    for name, value in (("left", 0), ("top", 0), ("width", 60), ("height", 80))
                },
            ),
            "options": Variant("a{sv}", {"test-picture": Variant("s", "Color pattern")}),
        }
        if self.book.order and self.chance.random() < 0.7:
            settings["document"] = Variant("s", self.book.document)
        job = await self._bus_call("StartScan", "sa{sv}", self._scanner, settings)
        document = await self._property(job, "Document")
        if document.rpartition("/")[2] != (self.book.document or ""):
            if self.book.order:
                await self._remove()
            self.book.document = document.rpartition("/")[2]
        self._job = job

    async def _bus_call(self, member: str, signature: str, *body: Any) -> Any:
        return await self._call(member, signature, *body, interface=MANAGER, path=ROOT)

    async def _property(self, path: str, name: str) -> Any:
        return await self._call(
            "Get", "ss", JOB, name, path=path, interface="org.freedesktop.DBus.Properties"
        )

    async def _follow(self) -> None:
        assert self._job is not None
        if await self._property(self._job, "State") in ("done", "failed", "canceled"):
            self._job = None

    async def _cancel(self) -> None:
        if self.chance.random() < 0.2:
            await self._call("Cancel", path=self._job, interface=JOB)
            self._job = None

    async def _objects(self) -> None:
        await self._call(
            "GetManagedObjects",
            path=ROOT,
            interface="org.freedesktop.DBus.ObjectManager",
        )

    async def _add(self) -> None:
        content, _ = letter(self.chance.randrange(LETTERS))
        reading, writing = os.pipe()
        try:
            with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
                pipe.write(content)
            with self.book.change(lambda order: (*order, NEW)):
                await self._asked(
                    "AddPage", "h", 0, path=self._path, interface=DOCUMENT, files=[reading]
                )
        finally:
            os.close(reading)

    async def _edit(self) -> None:
        index = self.chance.randrange(len(self.book.order))
        page = self.book.order[index]
        with self.book.edit(page, 1):
            await self._call("Edit", "usa{sv}", index, self.chance.choice(OPS), {}, path=self._path)
        self.book.read_edits(page, (await self.info(page))["edits"])
        await self.look(page)

    async def _get(self) -> None:
        await self._file("GetPage", "usa{sv}", 0, "png", {})

    async def _export(self) -> None:
        content = await self._file("Export", "sa{sv}", "pdf", {"pages": Variant("au", [0])})
        require(content.startswith(b"%PDF"), "an export over D-Bus is no PDF")

    async def _file(self, member: str, signature: str, *body: Any) -> bytes:
        reply = await self._asked(member, signature, *body, path=self._path, interface=DOCUMENT)
        (descriptor,) = reply.unix_fds
        with os.fdopen(descriptor, "rb") as file:
            return await asyncio.to_thread(file.read)

    async def _remove(self) -> None:
        with self.book.change(lambda _: ()):
            await self._call("Remove", path=self._path)
