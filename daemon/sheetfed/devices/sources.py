"""Sources: the paper sources that a driver's options offer, and how each is chosen."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sheetfed.core.model import OptionValue, PaperSource
from sheetfed.core.options import Option, OptionType
from sheetfed.devices import words
from sheetfed.devices.dialect import Dialect, Role, Switch
from sheetfed.devices.translate import Options, named, texts


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """How a driver is made to feed from a source: its word, and switches beside it."""

    word: str | None = None
    before: tuple[tuple[str, OptionValue], ...] = ()
    after: tuple[tuple[str, OptionValue], ...] = ()


def paper_sources(options: Options, dialect: Dialect) -> dict[PaperSource, SourceChoice]:
    """The sources there are. A switch that is inactive now may become active with its source."""
    listed = {
        source: SourceChoice(word)
        for (source, _), word in words.best(
            dialect.sources, texts(named(options, dialect, Role.SOURCE))
        ).items()
    }
    feeds = _switch(options, dialect.feeder_switches)
    two_sided = _switch(options, dialect.duplex_switches)
    if not listed:
        has_feeder_alone = two_sided is not None and options[two_sided.option].is_active
        # What can scan both sides takes sheets.
        listed = {PaperSource.FEEDER if has_feeder_alone else dialect.fed_from: SourceChoice()}
    flatbed = listed.get(PaperSource.FLATBED)
    if feeds is not None and flatbed is not None and PaperSource.FEEDER not in listed:
        listed[PaperSource.FLATBED] = replace(flatbed, before=((feeds.option, feeds.off),))
        listed[PaperSource.FEEDER] = replace(flatbed, before=((feeds.option, feeds.on),))
    feeder = listed.get(PaperSource.FEEDER)
    if two_sided is not None and feeder is not None and PaperSource.FEEDER_DUPLEX not in listed:
        listed[PaperSource.FEEDER] = replace(feeder, after=((two_sided.option, two_sided.off),))
        listed[PaperSource.FEEDER_DUPLEX] = replace(
            feeder, after=((two_sided.option, two_sided.on),)
        )
    return {source: listed[source] for source in PaperSource if source in listed}


def current(options: Options, dialect: Dialect) -> PaperSource:
    """What a page would be fed from now; with a word that is nothing of ours it is what such a
    scanner is fed from, for most of them one page."""
    there = paper_sources(options, dialect)
    option = named(options, dialect, Role.SOURCE)
    source = None
    if option is not None and isinstance(option.value, str):
        has_known_words = any(choice.word is not None for choice in there.values())
        usual = dialect.fed_from if has_known_words else None
        source = words.meaning(dialect.sources, option.value) or usual
    if source is None:
        source = next(iter(there))
    if source is PaperSource.FLATBED and _is_set(options, there, PaperSource.FEEDER):
        source = PaperSource.FEEDER
    if source is PaperSource.FEEDER and _is_set(options, there, PaperSource.FEEDER_DUPLEX):
        source = PaperSource.FEEDER_DUPLEX
    return source


def _is_set(options: Options, there: dict[PaperSource, SourceChoice], source: PaperSource) -> bool:
    """Whether the switches that make this source of another are on."""
    choice = there.get(source)
    switches = () if choice is None else (*choice.before, *choice.after)
    return bool(switches) and all(
        options[name].is_active and options[name].value == value for name, value in switches
    )


def _switch(options: Options, switches: Iterable[Switch]) -> Switch | None:
    """The first of these that the driver has."""
    for switch in switches:
        option = options.get(switch.option)
        if option is not None and option.is_settable and _takes(option, switch.on):
            return switch
    return None


def _takes(option: Option, value: OptionValue) -> bool:
    if isinstance(value, bool):
        return option.type is OptionType.BOOL
    return isinstance(option.constraint, tuple) and value in option.constraint
