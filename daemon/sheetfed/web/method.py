"""Method: one RPC method, and a call of it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import BinaryIO

from sheetfed.core.errors import ErrorCode
from sheetfed.core.model import Caller, Holder, InstanceId
from sheetfed.core.permissions import Permission
from sheetfed.web import identity
from sheetfed.web.parameters import Parameter
from sheetfed.web.schemas import TRUE, Schema


@dataclass(frozen=True, slots=True)
class Base64File:
    """A result that is all of a file, in base64: made when it is opened, open until it was sent."""

    opened: AbstractAsyncContextManager[BinaryIO]


Result = list[object] | Base64File


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, for which instance; `waits` is False on /fa/."""

    caller: Caller
    instance: InstanceId
    waits: bool

    @property
    def base_url(self) -> str:
        """Under which address it was called."""
        return identity.present().base_url

    @property
    def holder(self) -> Holder:
        """Under which name the instance holds a scanner."""
        return Holder(self.caller.owner, self.instance)


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the table: what a caller may send, what it gets, and what does it.

    `does` is a function of the group's class; it is called with the group, the call and a value
    for each parameter. `result` describes the items of the answer's list, `errors` what the method
    can be refused with beside what every call can. A long method answers on /fa/ as soon as it is
    accepted. One that takes a file has it, as a Received, for its first parameter. `needs`: what a
    web origin has to be allowed for it; None: anything.
    """

    name: str
    does: Callable[..., Awaitable[Result]]
    summary: str
    parameters: tuple[Parameter, ...] = ()
    result: tuple[Schema, ...] = (TRUE,)
    errors: tuple[ErrorCode, ...] = ()
    is_long: bool = False
    takes_file: bool = False
    needs: Permission | None = Permission.SCAN


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of what belongs together, and the class whose functions do it."""

    name: str
    kind: type
    methods: tuple[Method, ...]
