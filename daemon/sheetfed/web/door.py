"""Door: the HTTP server, put together from its routes, its guard and its listeners."""

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable, Sequence
from typing import Any, Final

from aiohttp import web

from sheetfed.core.meter import NO_METER, Meter
from sheetfed.core.permissions import Permission
from sheetfed.core.services import Services
from sheetfed.web import methods
from sheetfed.web.acquiring import Acquiring
from sheetfed.web.asking import Asking
from sheetfed.web.body import Request
from sheetfed.web.buffer import Buffer, Buffers
from sheetfed.web.deciding import Deciding
from sheetfed.web.editing import PageEditing
from sheetfed.web.encoding import Encoding
from sheetfed.web.entrances import Address, entrances
from sheetfed.web.events import Events
from sheetfed.web.files import Files
from sheetfed.web.guard import Guard
from sheetfed.web.images import Images
from sheetfed.web.limits import Limits
from sheetfed.web.listener import Guests, Listener
from sheetfed.web.loading import FileLoading
from sheetfed.web.reading import Reading
from sheetfed.web.receiving import Receiving
from sheetfed.web.rest import api, operations
from sheetfed.web.routes import GET, GET_ONLY, LOOKING, POST_ONLY, Routes
from sheetfed.web.rpc import BY_GET, Rpc
from sheetfed.web.server import Server
from sheetfed.web.service import Service
from sheetfed.web.sources import Sources
from sheetfed.web.turnstile import Turnstile
from sheetfed.web.uploading.methods import Uploading

_CALL: Final = re.compile("/fa?/(?P<method>[A-Za-z0-9]{1,64})")
_ENDING: Final = (
    "FinishJob",
    "CancelAllPendingTransfers",
    "TransferStatus",
    "CancelTransfer",
    "CloseSource",
)
_DWT: Final = r"/dwt/dwt_\d{1,12}"
_ACCESS: Final = "/api/access/?"
_CLOSING_S: Final = 2.0
_NEWCOMERS_S: Final = 0.5


class HttpDoor:
    """Started once; `endpoints` are the addresses it really serves, `methods` the RPC table,
    `routes` what is answered,
    `differences` what the service manager's sockets and the addresses disagree on."""

    def __init__(
        self,
        *,
        addresses: Sequence[Address],
        aliases: Sequence[str],
        limits: Limits,
        version: str,
        files: Files,
        core: Services,
        peer_uid: Callable[[socket.socket], int | None],
        log_level: Callable[[], str],
        set_log_level: Callable[[str], None],
        handed: Sequence[socket.socket] = (),
        meter: Meter = NO_METER,
    ) -> None:
        """`handed` are the listening sockets that the service manager holds for us."""
        self._addresses = tuple(addresses)
        self._peer_uid = peer_uid
        self._handed = tuple(handed)
        self._listeners: list[Listener] = []
        self.differences: tuple[str, ...] = ()
        self._receiving = receiving = Receiving(incoming=core.incoming, limits=limits)
        buffers = Buffers(core.documents)
        encoding = Encoding(buffers=buffers, renders=core.renders)
        files_in = FileLoading(
            loading=core.loading, documents=core.documents, access=core.access, receiving=receiving
        )
        self.methods = methods.bound(
            Service(version=version),
            Sources(
                jobs=core.jobs,
                scanners=core.scanners,
                sessions=core.sessions,
                operating=core.operating,
                access=core.access,
            ),
            Acquiring(jobs=core.jobs, documents=core.documents, transfers=core.transfers),
            Buffer(
                buffers=buffers,
                documents=core.documents,
                describing=core.describing,
                arranging=core.arranging,
                splitting=core.splitting,
            ),
            PageEditing(buffers=buffers, editing=core.editing),
            files_in,
            encoding,
            Reading(buffers=buffers, editing=core.editing),
            Uploading(buffers=buffers, transfers=core.transfers),
        )
        rpc = Rpc(table=self.methods, sessions=core.sessions, receiving=receiving)
        images = Images(buffers=buffers, documents=core.documents, renders=core.renders)
        self._events = events = Events(
            hub=core.hub, sessions=core.sessions, grants=core.grants, streams_at_most=limits.streams
        )
        asking = Asking(grants=core.grants, version=version)
        deciding = Deciding(grants=core.grants)
        routes = Routes()
        routes.add(POST_ONLY, _CALL.pattern, rpc.answer, needs=None)
        routes.add(GET, f"/fa?/(?P<method>{BY_GET})", rpc.answer, needs=None)
        routes.add(GET, f"{_DWT}/img", images.image, needs=Permission.READ)
        routes.add(GET, f"{_DWT}/doc", encoding.document, needs=Permission.READ)
        routes.add(POST_ONLY, f"{_DWT}/load", files_in.file)
        routes.add(GET_ONLY, f"{_DWT}/events", events.of_instance, needs=Permission.READ)
        routes.add(GET_ONLY, "/api/events", events.of_caller, needs=Permission.READ)
        routes.add(GET, _ACCESS, asking.state, needs=None)
        routes.add(POST_ONLY, _ACCESS, asking.ask, needs=None)
        routes.add(GET, "/api/access/origins/?", deciding.listed, needs=None)
        routes.add(
            POST_ONLY,
            "/api/access/origins/(?P<origin>[0-9a-z]{1,64})/?",
            deciding.decide,
            needs=None,
        )
        api.add(
            routes,
            api.Parts(
                core=core,
                version=version,
                receiving=receiving,
                log_level=log_level,
                set_log_level=set_log_level,
            ),
        )
        routes.add(GET, files.pattern, files.answer, needs=None)
        self.routes = routes
        self._turnstile = Turnstile(limits=limits, ends_work=self._ends_work)
        self._guard = Guard(
            aliases=_lower(aliases),
            permissions=core.access.admitted,
            routes=routes,
            open_paths=files.serves,
            image_path=re.compile(f"{_DWT}/img").fullmatch,
            asking_path=re.compile(_ACCESS).fullmatch,
            turnstile=self._turnstile,
            meter=meter,
        )
        self._limits = limits
        self._guests = Guests(at_most=limits.connections)
        self._server: Server | None = None

    def change(self, *, aliases: Sequence[str], limits: Limits) -> None:
        """What holds for the connections and requests that come from now on."""
        self._limits = limits
        self._guard.change(aliases=_lower(aliases))
        self._turnstile.change(limits)
        self._receiving.change(limits)
        self._events.change(streams_at_most=limits.streams)
        self._guests.change(at_most=limits.connections)
        if self._server is not None:
            self._server.change(limits)

    @property
    def endpoints(self) -> list[str]:
        return [listener.url for listener in self._listeners if listener.serves]

    async def start(self) -> None:
        """Listen on every address. Raises OSError when one of them is taken, or none is here."""
        self._server = server = Server(
            self._guard.answer, limits=self._limits, request_factory=self._request, access_log=None
        )
        found = entrances(self._addresses, self._handed)
        self.differences = found.differences
        for entrance in found.all:
            listener = Listener(
                entrance=entrance, protocol=server, peer_uid=self._peer_uid, guests=self._guests
            )
            self._listeners.append(listener)
            listener.start()

    @property
    def requests(self) -> int:
        """How many are being answered, event streams among them."""
        return self._turnstile.in_flight

    @property
    def connections(self) -> int:
        return 0 if self._server is None else len(self._server.connections)

    def stop_work(self) -> None:
        """From now on nothing begins; what is under way can be asked after and called off."""
        self._turnstile.stop()

    async def stop_listening(self) -> None:
        """Take no further connection; requests that are being answered go on."""
        for listener in self._listeners:
            await listener.close()

    async def close(self) -> None:
        """End every connection; requests that are being answered have a moment."""
        await self.stop_listening()
        if self._server is not None:
            await self._server.see_off(_NEWCOMERS_S)
            await self._server.shutdown(_CLOSING_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_S):
                    await self._turnstile.quiet()

    def _ends_work(self, path: str) -> bool:
        """Whether this is a call that only looks, or ends something."""
        if operations.ends_work(path):
            return True
        called = _CALL.fullmatch(path)
        method = None if called is None else self.methods.get(called["method"])
        return method is not None and (method.name in _ENDING or method.needs in LOOKING)

    def _request(
        self, message: Any, payload: Any, protocol: Any, writer: Any, task: asyncio.Task[None]
    ) -> web.BaseRequest:
        """A request as aiohttp makes it, with our limit of its body."""
        if self._server is not None:
            self._server.has_asked(protocol)
        loop = asyncio.get_running_loop()
        request = Request(message, payload, protocol, writer, task, loop)
        request.limits = self._limits
        return request


def _lower(aliases: Sequence[str]) -> tuple[str, ...]:
    return tuple(alias.lower() for alias in aliases)
