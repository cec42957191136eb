"""Reading: the RPC method that reads barcodes off pages."""

from collections.abc import Mapping, Sequence

from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.editing import Editing
from sheetfed.core.settings import invalid
from sheetfed.web.buffer import Buffers
from sheetfed.web.method import Call, Result


class Reading:
    """What the method of the read group does."""

    def __init__(self, *, buffers: Buffers, editing: Editing) -> None:
        self._buffers = buffers
        self._editing = editing

    async def barcodes(
        self, call: Call, indices: Sequence[int], options: Mapping[str, object] | None
    ) -> Result:
        """Page by page: others' pages have their turns between."""
        wanted = formats(options or {})
        pages = self._buffers.pages(call, indices)
        return [
            [
                {
                    "text": code.text,
                    "format": str(code.format),
                    "points": [list(point) for point in code.points],
                    "page": index,
                }
                for index, page in zip(indices, pages, strict=True)
                for code in await self._editing.barcodes(call.caller, page.id, wanted)
            ]
        ]


def formats(options: Mapping[str, object]) -> tuple[BarcodeFormat, ...]:
    for name in options:
        if name != "formats":
            raise invalid(name[:64], "formats")
    words = options.get("formats") or []
    if not isinstance(words, list):
        raise invalid("formats", f"a list of {', '.join(BarcodeFormat)}")
    for word in words:
        if not isinstance(word, str) or word not in tuple(BarcodeFormat):
            raise invalid("formats", ", ".join(BarcodeFormat))
    return tuple(BarcodeFormat(word) for word in words)
