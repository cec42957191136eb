"""Method: one RPC method, and a call of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sheetfed.core.model import Caller, Holder, InstanceId
from sheetfed.web.parameters import Parameter

Result = list[object]


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, for which instance, under which address; `waits` is False on /fa/."""

    caller: Caller
    instance: InstanceId
    base_url: str
    waits: bool

    @property
    def holder(self) -> Holder:
        """Under which name the instance holds a scanner."""
        return Holder(self.caller.owner, self.instance)


@dataclass(frozen=True, slots=True)
class Method:
    """One entry of the table. A long method answers on /fa/ as soon as it is accepted."""

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., Awaitable[Result]]
    is_long: bool = False
