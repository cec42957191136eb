"""Facade: one object as one caller sees it; members are named as in the contract, in snake case."""

from typing import Any, Protocol

from dbus_next.signature import Variant

from sheetfed.bus import values, words
from sheetfed.bus.contract import Interface, Property


class Facade(Protocol):
    """Properties are Python properties, methods are coroutines.

    A property that can be found out but not known beforehand has a coroutine `find_<name>` too. A
    method with several results returns them as a tuple. A file (`h`) is a descriptor: the
    exporter's to close when it is returned, the method's own when it is an argument.
    """

    @property
    def path(self) -> str: ...

    @property
    def interface(self) -> str: ...


def all_values(facade: Facade, interface: Interface) -> dict[str, Variant]:
    """All properties. Raises ValueError when one is not of the contract's type."""
    return {known.name: value(facade, known) for known in interface.properties.values()}


def value(facade: Facade, wanted: Property) -> Variant:
    return words.variant(wanted.signature, getattr(facade, values.snake(wanted.name)))


async def found(facade: Facade, wanted: Property) -> Variant:
    """One property, asking for it where that is needed."""
    find: Any = getattr(facade, "find_" + values.snake(wanted.name), None)
    if find is None:
        return value(facade, wanted)
    return words.variant(wanted.signature, await find())
