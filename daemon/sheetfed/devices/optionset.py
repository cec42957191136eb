"""Option set: the options of an open device as last read; what is set is read back."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from sheetfed.core.errors import SettingsRefused
from sheetfed.core.model import OptionValue
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
    """By descriptor name. `load` before anything else."""

    def __init__(self, *, worker: Asked, deadlines: Deadlines) -> None:
        self._worker = worker
        self._deadlines = deadlines
        self._options: dict[str, Option] = {}

    @property
    def now(self) -> MappingProxyType[str, Option]:
        return MappingProxyType(self._options)

    async def load(self) -> None:
        answer = await self._worker.request("options", deadline_s=self._deadlines.option_s)
        self._options = {option.name: option for option in parse(answer["options"])}

    async def set(self, name: str, value: OptionValue) -> OptionValue:
        """Set a value of the option's own type; returns what it is then.

        Raises SettingsRefused when the driver does not take it.
        """
        option = self._options[name]
        word = float(value) if option.type is OptionType.FIXED else value
        try:
            answer = await self._worker.request(
                "set", {"index": option.index, "value": word}, deadline_s=self._deadlines.option_s
            )
        except SettingsRefused as error:
            raise SettingsRefused(details={**error.details, "name": name}) from error
        if "options" in answer:
            self._options = {option.name: option for option in parse(answer["options"])}
        else:
            actual = plain_value(option.type, answer["value"])
            self._options[name] = replace(option, value=actual)
        actual = self._options[name].value
        return value if actual is None else actual
