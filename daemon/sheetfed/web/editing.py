"""Editing: the RPC methods that change a page, measure it, and undo and redo what was done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict

from sheetfed.core import editwords
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.editing import Editing
from sheetfed.core.edits import Edit
from sheetfed.core.settings import invalid, number
from sheetfed.web.buffer import Buffers
from sheetfed.web.method import Call, Result


class PageEditing:
    """What the methods of the edit group do."""

    def __init__(self, *, buffers: Buffers, editing: Editing) -> None:
        self._buffers = buffers
        self._editing = editing

    async def apply(self, call: Call, index: int, edit: Edit) -> Result:
        await self._editing.edit(call.caller, self._buffers.page(call, index).id, edit)
        return [True]

    async def skew(self, call: Call, index: int) -> Result:
        return [await self._editing.skew(call.caller, self._buffers.page(call, index).id)]

    async def deskew(self, call: Call, index: int) -> Result:
        page = self._buffers.page(call, index)
        return [True, {"angle": await self._editing.deskew(call.caller, page.id)}]

    async def auto_crop(self, call: Call, index: int) -> Result:
        page = self._buffers.page(call, index)
        box = await self._editing.auto_crop(call.caller, page.id)
        return [True, {"box": None if box is None else asdict(box)}]

    async def auto_orient(self, call: Call, index: int) -> Result:
        page = self._buffers.page(call, index)
        return [True, {"degrees": await self._editing.auto_orient(call.caller, page.id)}]

    async def is_blank(
        self, call: Call, index: int, options: Mapping[str, object] | None
    ) -> Result:
        below = threshold(options or {})
        page = self._buffers.page(call, index)
        is_blank, ratio = await self._editing.is_blank(call.caller, page.id, below)
        return [is_blank, ratio]

    async def undo(self, call: Call, index: int) -> Result:
        await self._editing.undo(call.caller, self._buffers.page(call, index).id)
        return [True]

    async def redo(self, call: Call, index: int) -> Result:
        await self._editing.redo(call.caller, self._buffers.page(call, index).id)
        return [True]


def fixed(edit: Edit) -> Callable[[PageEditing, Call, int], Awaitable[Result]]:
    """What does this edit, whose values nobody chooses."""

    async def does(group: PageEditing, call: Call, index: int) -> Result:
        return await group.apply(call, index, edit)

    return does


def worded(op: str) -> Callable[..., Awaitable[Result]]:
    """What does the edit `op` with its words for parameters, in their order."""
    names = tuple(editwords.members(op))

    async def does(group: PageEditing, call: Call, index: int, *given: object) -> Result:
        words = {"op": op, **dict(zip(names, given, strict=True))}
        return await group.apply(call, index, editwords.parse(words))

    return does


def threshold(options: Mapping[str, object]) -> float:
    for name in options:
        if name != "threshold":
            raise invalid(name[:64], "threshold")
    return number("threshold", options.get("threshold", BLANK_BELOW), 0, 1)
