"""A real HTTP door on a free loopback port, over a core of fakes."""

import http.client
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from fakes import pieces
from fakes.core import FakeCore
from fakes.described import check_answer
from fakes.incoming import FolderIncoming
from sheetfed.web.door import HttpDoor
from sheetfed.web.entrances import Address
from sheetfed.web.files import Files
from sheetfed.web.limits import Limits

UID = 1000
MAX_JSON_BYTES = 4096
LIMITS = Limits(json_bytes=MAX_JSON_BYTES)
PAGE = {"/index.html": b"<!doctype html><title>page</title>", "/page.js": b"export {}"}


@dataclass(kw_only=True)
class OpenDoor:
    """The door's address, the core behind it, and a client."""

    door: HttpDoor
    core: FakeCore
    incoming: FolderIncoming
    levels: list[str]
    base: str
    port: int
    http: aiohttp.ClientSession

    async def call(
        self,
        method: str,
        *parameters: object,
        instance: object = "test",
        door: str = "f",
        **headers: str,
    ) -> tuple[int, dict[str, Any]]:
        body = {"id": instance, "method": method, "parameter": list(parameters)}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(
            f"{self.base}/{door}/{method}", json=body, headers=named
        ) as answer:
            found = await answer.json()
        check_answer(method, found, at_once=door == "fa")
        return answer.status, found

    async def result(self, method: str, *parameters: object, **more: Any) -> list[Any]:
        """The result of a call that must succeed."""
        status, body = await self.call(method, *parameters, **more)
        assert status == 200, body
        found: list[Any] = body["result"]
        return found

    async def error(self, method: str, *parameters: object, **more: Any) -> tuple[int, str]:
        """The status and code of a call that must fail."""
        status, body = await self.call(method, *parameters, **more)
        return status, body["error"]["code"]

    async def post(self, path: str, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = pieces.body(body) if isinstance(body, bytes) else body
        async with self.http.post(self.base + path, data=content, headers=named) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.get(self.base + path, headers=named)


def assembled(
    core: FakeCore,
    incoming: FolderIncoming,
    *,
    aliases: tuple[str, ...] = (),
    peer_uid: Callable[[socket.socket], int | None] = lambda _: UID,
    limits: Limits = LIMITS,
    handed: Sequence[socket.socket] = (),
    levels: list[str] | None = None,
) -> HttpDoor:
    """The door over this core; it does not listen yet. The last of `levels` is its log's."""
    levels = ["info"] if levels is None else levels
    return HttpDoor(
        addresses=[Address("127.0.0.1", 0)],
        aliases=aliases,
        limits=limits,
        version="0.1.0",
        files=Files(PAGE),
        core=core.services(incoming),
        peer_uid=peer_uid,
        handed=handed,
        log_level=lambda: levels[-1],
        set_log_level=levels.append,
    )


@asynccontextmanager
async def open_door(
    folder: Path,
    *,
    aliases: tuple[str, ...] = (),
    peer_uid: Callable[[socket.socket], int | None] = lambda _: UID,
    limits: Limits = LIMITS,
    **assembly: Any,
) -> AsyncIterator[OpenDoor]:
    incoming = FolderIncoming(folder)
    async with FakeCore.assemble(folder, **assembly).running() as core:
        levels = ["info"]
        door = assembled(
            core, incoming, aliases=aliases, peer_uid=peer_uid, limits=limits, levels=levels
        )
        await door.start()
        base = door.endpoints[0]
        try:
            async with aiohttp.ClientSession() as client:
                yield OpenDoor(
                    door=door,
                    core=core,
                    incoming=incoming,
                    levels=levels,
                    base=base,
                    port=int(base.rpartition(":")[2]),
                    http=client,
                )
        finally:
            core.hub.close()
            await door.close()


def raw_request(port: int, lines: bytes) -> http.client.HTTPResponse:
    """What the door answers to exactly these bytes; blocking."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(lines)
        with http.client.HTTPResponse(connection) as answer:
            answer.begin()
            answer.read()
        return answer
