"""Editing: the RPC methods that change a page, measure it, and undo and redo what was done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Final

from sheetfed.core import editwords
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.editing import Editing
from sheetfed.core.edits import Edit, Flip, Gray, Invert, Mirror, Rotate
from sheetfed.core.settings import invalid, number
from sheetfed.web import parameters
from sheetfed.web.buffer import Buffers
from sheetfed.web.method import Call, Method, Result
from sheetfed.web.parameters import INDEX, Parameter

_PIXELS: Final = "a whole number of pixels"


class PageEditing:
    """What the methods of the edit group do."""

    def __init__(self, *, buffers: Buffers, editing: Editing) -> None:
        self._buffers = buffers
        self._editing = editing
        box = tuple(_needed(side, _PIXELS) for side in ("left", "top", "right", "bottom"))
        size = (_needed("width", _PIXELS), _needed("height", _PIXELS))
        dpi = (_needed("x", "a number of dpi"), _needed("y", "a number of dpi"))
        degrees = _needed("degrees", "a number of degrees")
        percent = _needed("percent", "a whole number from -100 to 100")
        blank = Parameter("options", "an object", parameters.options, is_optional=True)
        self.methods = (
            self._worded("Rotate", "rotate", degrees, _more("keep_size"), _more("fill")),
            Method("RotateLeft", (INDEX,), self._fixed(Rotate(270))),
            Method("RotateRight", (INDEX,), self._fixed(Rotate(90))),
            Method("Flip", (INDEX,), self._fixed(Flip())),
            Method("Mirror", (INDEX,), self._fixed(Mirror())),
            self._worded("Crop", "crop", *box),
            self._worded("Erase", "erase", *box, _more("fill")),
            self._worded("ChangeImageSize", "resize", *size, _more("method")),
            self._worded("SetDPI", "set-dpi", *dpi, _more("resample")),
            Method("ConvertToGrayScale", (INDEX,), self._fixed(Gray())),
            self._worded("ConvertToBW", "black-white", _more("threshold")),
            Method("Invert", (INDEX,), self._fixed(Invert())),
            self._worded("ChangeBrightness", "brightness", percent),
            self._worded("ChangeContrast", "contrast", percent),
            Method("GetSkewAngle", (INDEX,), self.skew),
            Method("Deskew", (INDEX,), self.deskew),
            Method("AutoCrop", (INDEX,), self.auto_crop),
            Method("AutoOrient", (INDEX,), self.auto_orient),
            Method("IsBlankImage", (INDEX, blank), self.is_blank),
            Method("Undo", (INDEX,), self.undo),
            Method("Redo", (INDEX,), self.redo),
        )

    def _fixed(self, edit: Edit) -> Callable[[Call, int], Awaitable[Result]]:
        async def run(call: Call, index: int) -> Result:
            return await self._edit(call, index, edit)

        return run

    def _worded(self, name: str, op: str, *values: Parameter) -> Method:
        """A method whose parameters are those words of the edit `op`."""
        names = [value.name for value in values]

        async def run(call: Call, index: int, *given: object) -> Result:
            words = {"op": op, **dict(zip(names, given, strict=True))}
            return await self._edit(call, index, editwords.parse(words))

        return Method(name, (INDEX, *values), run)

    async def _edit(self, call: Call, index: int, edit: Edit) -> Result:
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
        threshold = _threshold(options or {})
        page = self._buffers.page(call, index)
        is_blank, ratio = await self._editing.is_blank(call.caller, page.id, threshold)
        return [is_blank, ratio]

    async def undo(self, call: Call, index: int) -> Result:
        await self._editing.undo(call.caller, self._buffers.page(call, index).id)
        return [True]

    async def redo(self, call: Call, index: int) -> Result:
        await self._editing.redo(call.caller, self._buffers.page(call, index).id)
        return [True]


def _needed(name: str, allowed: str) -> Parameter:
    """A word of an edit; whether its value is right is found out where edits are parsed."""
    return Parameter(name, allowed, parameters.as_it_is)


def _more(name: str) -> Parameter:
    return Parameter(name, "a value", parameters.as_it_is, is_optional=True)


def _threshold(options: Mapping[str, object]) -> float:
    for name in options:
        if name != "threshold":
            raise invalid(name[:64], "threshold")
    return number("threshold", options.get("threshold", BLANK_BELOW), 0, 1)
