"""Operation: one call of the REST API, a request for it, and what it says of itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from sheetfed.core.errors import ErrorCode
from sheetfed.core.model import Caller, DocumentId, JobId
from sheetfed.core.permissions import Permission
from sheetfed.web import body as bodies
from sheetfed.web import identity
from sheetfed.web.schemas import Schema

JSON: Final = ("application/json",)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was let in, and what its address names."""

    request: web.BaseRequest
    named: Mapping[str, str]
    caller: Caller = field(default_factory=identity.caller)

    @property
    def base_url(self) -> str:
        """Scheme, host and port as the client used them."""
        return identity.present().base_url

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query

    @property
    def job(self) -> JobId:
        return JobId(self.named["jobuid"])

    @property
    def document(self) -> DocumentId:
        return DocumentId(self.named["documentuid"])

    async def json(self) -> Mapping[str, object]:
        """The body, of any content type; none is an empty object. Raises InvalidParameter."""
        return await bodies.read_object(self.request)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query string, or a header."""

    name: str
    schema: Schema
    about: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One with which the call succeeds. Without media types it has no body."""

    status: int
    about: str
    schema: Schema | None = None
    media_types: tuple[str, ...] = JSON


@dataclass(frozen=True, slots=True)
class Body:
    """What the call takes. `files` are media types of bodies that are no JSON."""

    schema: Schema
    about: str = ""
    is_needed: bool = True
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the table. `does` is a function of the group's class.

    `path` names what is in braces; `errors` are those beside what every call can be refused with.
    HEAD is answered as GET is where `has_head`. `needs`: what a web origin has to be allowed, None:
    anything; who lists scanners or scans has to be a user who may.
    """

    name: str
    method: str
    path: str
    does: Callable[..., Awaitable[web.StreamResponse]]
    summary: str
    answers: tuple[Answer, ...]
    errors: tuple[ErrorCode, ...] = ()
    query: tuple[Word, ...] = ()
    headers: tuple[Word, ...] = ()
    body: Body | None = None
    has_head: bool = False
    needs: Permission | None = Permission.SCAN

    @property
    def methods(self) -> frozenset[str]:
        return frozenset({self.method, "HEAD"} if self.has_head else {self.method})


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of what belongs together, and the class whose functions do them."""

    name: str
    about: str
    kind: type
    operations: tuple[Operation, ...]
