"""Events: what happens to the caller's things, as a stream of server-sent events."""

import asyncio
import re
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Final

from aiohttp import web

from sheetfed.core.errors import TooMany
from sheetfed.core.events import (
    AccessChanged,
    BackendsChanged,
    DocumentChanged,
    DocumentRemoved,
    Event,
    Hub,
    JobChanged,
    Numbered,
    PageAdded,
    PageChanged,
    PageRemoved,
    ScannerAdded,
    ScannerChanged,
    ScannerRemoved,
    TransferChanged,
)
from sheetfed.core.grants import Grants
from sheetfed.core.model import Holder, InstanceId, Owner
from sheetfed.core.permissions import Permission
from sheetfed.core.sessions import Sessions
from sheetfed.web import envelope, identity
from sheetfed.web.access_views import standing_view
from sheetfed.web.answers import json_bytes
from sheetfed.web.heads import add_headers
from sheetfed.web.uploading.views import transfer_view
from sheetfed.web.views import job_view, page_url

HEARTBEAT_S: Final = 15.0
WRITE_DEADLINE_S: Final = 30.0
_EVENT_NUMBER: Final = re.compile(r"[0-9]{1,20}")
INSTANCES_AT_MOST: Final = 100
"""Of one stream."""

_UNREAD_AT_MOST_BYTES: Final = 64 << 10
"""What the kernel keeps for a listener that does not read; Linux counts its own needs, too."""

_Told = (
    JobChanged
    | PageAdded
    | PageChanged
    | PageRemoved
    | DocumentChanged
    | DocumentRemoved
    | ScannerAdded
    | ScannerRemoved
    | ScannerChanged
    | TransferChanged
)

_PAGE_ACTIONS: Final[Mapping[type[Event], str]] = {
    PageAdded: "added",
    PageChanged: "changed",
    PageRemoved: "removed",
}


class Events:
    """One stream per listener; who does not read is dropped and may come back.

    How SANE's backends are is told to administrators, over D-Bus; here it is not.
    """

    def __init__(
        self, *, hub: Hub, sessions: Sessions, grants: Grants, streams_at_most: int
    ) -> None:
        """`streams_at_most`: of one owner."""
        self._hub = hub
        self._streams_at_most = streams_at_most
        self._grants = grants
        self._sessions = sessions
        self._streams: Counter[Owner] = Counter()
        self._said: tuple[int, str, bytes] = (0, "", b"")

    def change(self, *, streams_at_most: int) -> None:
        """For the streams that are opened from now on."""
        self._streams_at_most = streams_at_most

    async def of_instance(
        self, request: web.BaseRequest, _: Mapping[str, str]
    ) -> web.StreamResponse:
        """GET /dwt/{version}/events?id="""
        instance = InstanceId(envelope.named_instance(request.query.get("id", "")))
        owner = identity.caller().owner
        with self._sessions.present(Holder(owner, instance)):
            return await self._stream(
                request, owner, lambda event: _concerns(event, owner, {instance})
            )

    async def of_caller(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """GET /api/events, of all instances; with ?id=&id=… of these: tabs share a stream."""
        owner = identity.caller().owner
        named = set(request.query.getall("id", ()))
        if len(named) > INSTANCES_AT_MOST:
            raise TooMany("too many instances in one event stream")
        instances = {InstanceId(envelope.named_instance(name)) for name in named}
        with ExitStack() as while_it_lasts:
            if not instances:
                while_it_lasts.enter_context(self._sessions.present(owner))
                return await self._stream(request, owner, lambda told: _is_for(told, owner))
            for instance in instances:
                while_it_lasts.enter_context(self._sessions.present(Holder(owner, instance)))
            return await self._stream(
                request, owner, lambda told: _concerns(told, owner, instances)
            )

    async def _stream(
        self, request: web.BaseRequest, owner: Owner, wants: Callable[[Event], bool]
    ) -> web.StreamResponse:
        if self._streams[owner] >= self._streams_at_most:
            raise TooMany("too many event streams at once")
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        base_url = identity.present().base_url
        self._streams[owner] += 1
        try:
            with self._hub.subscribe(wants, after=_last_id(request)) as subscription:
                add_headers(answer)
                await answer.prepare(request)
                _keep_little(request)
                await _write(answer, b"retry: 2000\n\n")
                while subscription.is_open or subscription.has_more:
                    try:
                        async with asyncio.timeout(HEARTBEAT_S):
                            told = await subscription.all()
                    except TimeoutError:
                        await _write(answer, b": still here\n\n")
                    else:
                        may_read = Permission.READ in self._grants.permissions(owner)
                        lines = (
                            self._lines(each, base_url, owner)
                            for each in told
                            if may_read or isinstance(each.event, AccessChanged)
                        )
                        await _write(answer, b"".join(lines))
                        if not may_read:
                            break
        except (TimeoutError, ConnectionError):
            if request.transport is not None:
                request.transport.abort()
        finally:
            self._streams[owner] -= 1
            if not self._streams[owner]:
                del self._streams[owner]
        return answer

    def _lines(self, numbered: Numbered, base_url: str, owner: Owner) -> bytes:
        """The event as it is sent; all who listen are mostly told the same, one after the other."""
        number, event = numbered.number, numbered.event
        if isinstance(event, BackendsChanged):
            return b""
        if isinstance(event, AccessChanged):
            return _line(number, "access", standing_view(self._grants, owner, event.grant))
        if self._said[:2] != (number, base_url):
            name, data = _words(event, base_url)
            self._said = (number, base_url, _line(number, name, data))
        return self._said[2]


def _line(number: int, name: str, data: Mapping[str, object]) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), json_bytes(data))


def _words(event: _Told, base_url: str) -> tuple[str, dict[str, object]]:
    match event:
        case JobChanged():
            return "job", job_view(event.job)
        case PageAdded() | PageChanged() | PageRemoved():
            return "page", {
                "action": _PAGE_ACTIONS[type(event)],
                "index": event.index,
                "id": event.page,
                "url": page_url(base_url, event.page),
                "document": event.document,
                "instance": event.instance,
                "job": event.job if isinstance(event, PageAdded) else None,
            }
        case DocumentChanged():
            return "document", {
                "action": "changed",
                "document": event.document,
                "instance": event.instance,
            }
        case DocumentRemoved():
            return "document", {
                "action": "removed",
                "document": event.document,
                "instance": event.instance,
            }
        case TransferChanged():
            return "transfer", transfer_view(event.transfer)
        case ScannerAdded() | ScannerRemoved() | ScannerChanged():
            action = {ScannerAdded: "added", ScannerRemoved: "removed"}
            return "scanner", {
                "action": action.get(type(event), "changed"),
                "id": event.scanner.id,
                "name": event.scanner.name,
                "busy": isinstance(event, ScannerChanged) and event.busy,
                "available": event.scanner.is_available and not isinstance(event, ScannerRemoved),
            }


def _is_for(event: Event, owner: Owner) -> bool:
    if isinstance(event, AccessChanged):
        return event.concerns(owner)
    return event.owner in (None, owner)


def _concerns(event: Event, owner: Owner, instances: set[InstanceId]) -> bool:
    if not _is_for(event, owner):
        return False
    if event.owner is None or isinstance(event, AccessChanged):
        return True
    return (event.job.instance if isinstance(event, JobChanged) else event.instance) in instances


def _last_id(request: web.BaseRequest) -> int | None:
    """By the header that browsers send, or by `after`, which a page can say itself."""
    word = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(word) if _EVENT_NUMBER.fullmatch(word) else None


def _keep_little(request: web.BaseRequest) -> None:
    connection = request.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNREAD_AT_MOST_BYTES)


async def _write(answer: web.StreamResponse, data: bytes) -> None:
    if data:
        async with asyncio.timeout(WRITE_DEADLINE_S):
            await answer.write(data)
