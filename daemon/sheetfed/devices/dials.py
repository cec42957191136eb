"""Dials: sets a driver's options by what they are for, every value read back."""

import contextlib
from collections.abc import Collection, Mapping

from sheetfed.core.errors import InvalidParameter, SettingsRefused
from sheetfed.core.model import OptionValue, PaperSource
from sheetfed.core.options import Option, OptionType, same, snap
from sheetfed.devices import sources
from sheetfed.devices.dialect import Dialect, Role
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.translate import ModeChoice, all_named, named

_DEEP = 16


class Dials:
    """Options in `kept` are set by nothing that was not asked for."""

    def __init__(self, *, options: OptionSet, dialect: Dialect, kept: Collection[str] = ()) -> None:
        self._options = options
        self._dialect = dialect
        self._kept = kept

    @property
    def now(self) -> Mapping[str, Option]:
        return self._options.now

    def option(self, role: Role) -> Option | None:
        return named(self.now, self._dialect, role)

    def keeps(self, name: str) -> bool:
        """Whether an option is not ours to set."""
        return name in self._kept

    def is_kept(self, role: Role) -> bool:
        """Whether one of the options for this is not ours to set."""
        return any(self.keeps(option.name) for option in all_named(self.now, self._dialect, role))

    async def put(self, name: str, value: OptionValue) -> OptionValue | None:
        """Set what is nearest; returns what it is then, None where there is no such option.

        Raises InvalidParameter or SettingsRefused.
        """
        option = self.now.get(name)
        if option is None or not option.is_active:
            return None
        if option.has_choice and name not in self._dialect.never:
            if option.type is OptionType.INT and isinstance(value, float):
                value = round(value)
            return await self._options.set(name, snap(option, value))
        return option.value

    async def prefer(self, values: Mapping[str, OptionValue]) -> None:
        """Set those of these that are there, take the value, and are not so already."""
        for name, value in values.items():
            option = self.now.get(name)
            if option is None or name in self._kept or option.value == value:
                continue
            with contextlib.suppress(InvalidParameter):
                await self.put(name, value)

    async def begin(self) -> None:
        """What has to be set before anything else."""
        await self.prefer(self._dialect.first)

    async def choose(self, source: PaperSource) -> PaperSource:
        """Feed from one of the sources that there are; returns what it is then."""
        choice = sources.paper_sources(self.now, self._dialect)[source]
        await self.prefer(dict(choice.before))
        option = self.option(Role.SOURCE)
        if choice.word is not None and option is not None:
            await self.put(option.name, choice.word)
        await self.prefer(dict(choice.after))
        source = sources.current(self.now, self._dialect)
        await self.settle(source)
        return source

    async def settle(self, source: PaperSource) -> None:
        """What goes with a source that is chosen."""
        await self.prefer(self._dialect.with_source.get(source, {}))

    async def choose_mode(self, choice: ModeChoice, depth: int | None = None) -> None:
        """Into one of the modes that there are; its depth is set by its word alone."""
        word = choice.deep_word if depth == _DEEP and choice.deep_word else choice.word
        option = self.option(Role.MODE)
        if word is not None and option is not None:
            await self.put(option.name, word)
        for name, value in choice.options.items():
            await self.put(name, value)

    async def restore(self, before: Mapping[str, Option]) -> None:
        """Set everything back that is not as it was."""
        named_by_role = [
            option.name for role in Role for option in all_named(before, self._dialect, role)
        ]
        others = [name for name in before if name not in named_by_role]
        # What goes with a source can be set only while that is chosen, so it is gone through twice.
        for name in (*others, *named_by_role, *others):
            was, now = before[name].value, self.now.get(name)
            if was is None or now is None or now.value is None or same(now, now.value, was):
                continue
            if now.is_active and now.is_settable:
                with contextlib.suppress(SettingsRefused):
                    await self._options.set(name, was)
