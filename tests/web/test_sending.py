"""A file on its way to a client: whole, in pieces, or cut off."""

import asyncio
import base64
import io
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from fakes.gate import until
from sheetfed.core.errors import DamagedImage
from sheetfed.web import sending

CONTENT = bytes(range(256)) * 40_000


class BrokenFile(io.FileIO):
    """Open for reading; its first piece can be read, no other."""

    fault: Exception

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise self.fault
        return super().read(size)


class SlowFile(io.FileIO):
    """Gives fewer bytes at once than are asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 100_001))


@asynccontextmanager
async def serving(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
) -> AsyncIterator[int]:
    """The port of a server that answers every request so."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "file"
    file.write_bytes(CONTENT)
    return file


async def test_a_file_of_many_pieces_comes_as_it_is(path: Path) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        with path.open("rb") as file:
            return await sending.send(request, file, {"X-Kind": "plain"})

    async with (
        serving(answer) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        client.get("/") as got,
    ):
        assert got.headers["X-Kind"] == "plain"
        assert await got.read() == CONTENT


@pytest.mark.parametrize("size_bytes", [0, 1, 2, 3, sending.CHUNK_BYTES, len(CONTENT) - 1])
async def test_base64_of_its_pieces_is_that_of_the_whole(path: Path, size_bytes: int) -> None:
    await asyncio.to_thread(path.write_bytes, CONTENT[:size_bytes])

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        with path.open("rb") as file:
            return await sending.send(request, file, {}, as_base64_within=(b'["', b'"]'))

    async with (
        serving(answer) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        client.get("/") as got,
    ):
        assert await got.json(content_type=None) == [
            base64.b64encode(CONTENT[:size_bytes]).decode()
        ]


async def test_a_file_that_is_read_in_odd_pieces_is_the_same_base64(path: Path) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        with SlowFile(path) as file:
            return await sending.send(request, file, {}, as_base64_within=(b"", b""))

    async with (
        serving(answer) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        client.get("/") as got,
    ):
        assert base64.b64decode(await got.read(), validate=True) == CONTENT


async def test_who_takes_nothing_is_cut_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STALLED_S", 0.05)
    ended: list[BaseException] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            with path.open("rb") as file:
                return await sending.send(request, file, {})
        except ConnectionError as error:
            ended.append(error)
            raise

    async with serving(answer) as port:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        with client:
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", port))
            await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await until(lambda: ended)


@pytest.mark.parametrize("fault", [OSError("the disk is broken"), DamagedImage()])
async def test_a_file_that_cannot_be_read_to_its_end_ends_the_connection(
    path: Path, fault: Exception
) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        with BrokenFile(path) as file:
            file.fault = fault
            return await sending.send(request, file, {})

    async with (
        serving(answer) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        client.get("/") as got,
    ):
        assert got.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await got.read()
