"""Edits: the words of Document.Edit, those of the store's edits and those of what is measured."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from sheetfed.core import editwords
from sheetfed.core.editing import Editing
from sheetfed.core.edits import Edit
from sheetfed.core.model import Caller, PageId
from sheetfed.core.settings import invalid

MEASURED: Final[Mapping[str, Callable[[Editing, Caller, PageId], Awaitable[object]]]] = {
    "deskew": Editing.deskew,
    "auto-crop": Editing.auto_crop,
    "auto-orient": Editing.auto_orient,
    "undo": Editing.undo,
    "redo": Editing.redo,
}
"""Those without options of their own."""


def parse(word: str, options: Mapping[str, object]) -> Edit:
    """Raises InvalidParameter."""
    if word not in editwords.names():
        raise invalid("op", ", ".join((*editwords.names(), *MEASURED)))
    if "op" in options:
        raise invalid("op", "no option of this name")
    return editwords.parse({**options, "op": word})
