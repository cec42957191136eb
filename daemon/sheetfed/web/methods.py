"""Methods: the table of every RPC method, and what binds it to what does them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from sheetfed.web.method import Group, Method
from sheetfed.web.table import arranging, editing, files, scanning, sending

GROUPS: Final[tuple[Group, ...]] = (
    scanning.SERVICE,
    scanning.SOURCES,
    scanning.ACQUIRE,
    arranging.BUFFER,
    editing.EDIT,
    files.LOAD,
    files.ENCODE,
    sending.UPLOAD,
    files.READ,
)

TABLE: Final[Mapping[str, Method]] = {
    method.name: method for group in GROUPS for method in group.methods
}


def bound(*groups: object) -> Mapping[str, Method]:
    """The table with methods that can be called: `groups` has one of each group's class."""
    found: dict[str, Method] = {}
    for group in GROUPS:
        (does_it,) = (each for each in groups if isinstance(each, group.kind))
        for method in group.methods:
            found[method.name] = replace(method, does=partial(method.does, does_it))
    return found
