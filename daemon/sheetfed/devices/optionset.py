"""Option set: the options of an open device as last read; what is set is read back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from sheetfed.core.errors import ScannerTimeout, SettingsRefused
from sheetfed.core.model import OptionAsked, OptionValue, Special
from sheetfed.core.options import Option, OptionType
from sheetfed.devices import wire
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.descriptors import parse, plain_value


class Asked(Protocol):
    """Whoever answers for the driver; `WorkerProcess` is the real one."""

    async def request(
        self, command: str, body: Mapping[str, Any] | None = None, *, deadline_s: float
    ) -> wire.Message: ...


class OptionSet:
    """`load` before anything else."""

    def __init__(self, *, worker: Asked, deadlines: Deadlines) -> None:
        self._worker = worker
        self._deadlines = deadlines
        self._tree: tuple[Option, ...] = ()
        self._named: dict[str, Option] = {}

    @property
    def tree(self) -> tuple[Option, ...]:
        """All of them in the driver's order, with groups and what has no name."""
        return self._tree

    @property
    def now(self) -> MappingProxyType[str, Option]:
        """By descriptor name."""
        return MappingProxyType(self._named)

    async def load(self) -> None:
        """Raises ScannerTimeout with the option that was being read, as far as known."""
        try:
            answer = await self._worker.request("options", deadline_s=self._deadlines.option_s)
        except ScannerTimeout as error:
            name = error.details.get("option")
            what = f"its option {name} was" if name else "its options were"
            raise ScannerTimeout(
                f"the scanner did not answer in time while {what} read", details=error.details
            ) from error
        self._take(parse(answer["options"]))

    async def set(self, name: str, asked: OptionAsked) -> OptionValue | None:
        """Set a value of the option's own type, or let the driver choose; press a button by true.

        Returns what it is then, None where that cannot be read. Raises SettingsRefused when the
        driver does not take it.
        """
        option = self._named[name]
        word = {"automatic": True} if isinstance(asked, Special) else {"value": asked}
        try:
            answer = await self._worker.request(
                "set", {"index": option.index, **word}, deadline_s=self._deadlines.option_s
            )
        except SettingsRefused as error:
            raise SettingsRefused(details={**error.details, "name": name}) from error
        except ScannerTimeout as error:
            raise ScannerTimeout(
                f"the scanner did not answer in time while its option {name} was set",
                details={"option": name, **error.details},
            ) from error
        if "options" in answer:
            self._take(parse(answer["options"]))
        else:
            now = replace(option, value=plain_value(option.type, answer["value"]))
            self._take([now if it is option else it for it in self._tree])
        actual = self._named[name].value if name in self._named else None
        return asked if actual is None and not isinstance(asked, Special) else actual

    def _take(self, tree: Sequence[Option]) -> None:
        self._tree = tuple(tree)
        self._named = {}
        for option in self._tree:
            # Of several with one name the first is the one that can be set.
            if option.name and option.type is not OptionType.GROUP:
                self._named.setdefault(option.name, option)
