"""Receiver: a web server that uploads are sent to, and remembers what came."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Arrived:
    """One request: its body, or the fields and the file of its form."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    fields: list[tuple[str, str]] = field(default_factory=list)
    file: bytes = b""
    file_name: str = ""
    file_type: str = ""


class Receiver:
    """`answers` are those to the requests to come, by path or else in their order; then 200."""

    def __init__(self, host: str, port: int, scheme: str) -> None:
        self.host = host
        self.port = port
        self.origin = f"{scheme}://{host}:{port}"
        self.arrived: list[Arrived] = []
        self.answers: list[Answer] = []
        self.at: dict[str, Answer] = {}
        self.closing = asyncio.Event()

    @property
    def files(self) -> list[bytes]:
        return [request.file or request.body for request in self.arrived]

    def fall_silent(self, path: str | None = None) -> asyncio.Event:
        """The next request, or each at this path, is not answered; the event: it has come."""
        asked = asyncio.Event()

        async def silent(_: web.Request) -> web.StreamResponse:
            asked.set()
            await self.closing.wait()
            return web.Response()

        if path is None:
            self.answers = [silent]
        else:
            self.at[path] = silent
        return asked

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Read all of it, then answer."""
        answer = self.at.get(request.path) or (self.answers.pop(0) if self.answers else said())
        self.arrived.append(await _read(request))
        return await answer(request)


def said(status: int = 200, text: str = "thank you", **headers: str) -> Answer:
    """This answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=named)

    return answer


async def _read(request: web.Request) -> Arrived:
    arrived = Arrived(request.method, request.path_qs, dict(request.headers))
    if not request.content_type.startswith("multipart/"):
        arrived.body = await request.read()
        return arrived
    async for part in await request.multipart():
        assert part.name is not None
        content = bytes(await part.read())
        if part.filename is None:
            arrived.fields.append((part.name, content.decode()))
        else:
            arrived.file, arrived.file_name = content, part.filename
            arrived.file_type = part.headers["Content-Type"]
            arrived.fields.append((part.name, "the file"))
    return arrived


@asynccontextmanager
async def running_receiver(
    host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None, name: str | None = None
) -> AsyncIterator[Receiver]:
    """On a free port of this address; `name` is what its origin calls it."""
    receiver: Receiver | None = None

    async def handle(request: web.Request) -> web.StreamResponse:
        assert receiver is not None
        return await receiver.handle(request)

    application = web.Application(client_max_size=1 << 30)
    application.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        receiver = Receiver(name or host, port, "https" if tls else "http")
        yield receiver
    finally:
        if receiver is not None:
            receiver.closing.set()
        await runner.cleanup()
