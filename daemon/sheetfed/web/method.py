"""Method: one RPC method, and a call of it."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import BinaryIO

from sheetfed.core.model import Caller, Holder, InstanceId
from sheetfed.web.parameters import Parameter


@dataclass(frozen=True, slots=True)
class Base64File:
    """A result that is all of a file, in base64."""

    file: BinaryIO


Result = list[object] | Base64File


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, for which instance, under which address; `waits` is False on /fa/.

    What is entered into `until_answered` is left when the answer was sent.
    """

    caller: Caller
    instance: InstanceId
    base_url: str
    waits: bool
    until_answered: AsyncExitStack

    @property
    def holder(self) -> Holder:
        """Under which name the instance holds a scanner."""
        return Holder(self.caller.owner, self.instance)


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the table. A long method answers on /fa/ as soon as it is accepted.

    One that takes a file has it, as a Received, for its first parameter.
    """

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., Awaitable[Result]]
    is_long: bool = False
    takes_file: bool = False
