"""Document: an ordered list of pages, as its owner or an administrator sees it."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from io import UnsupportedOperation
from typing import Any, BinaryIO, Final

from sheetfed.bus import contract, paths, values, words
from sheetfed.bus.services import Services
from sheetfed.core import model as core
from sheetfed.core.errors import NotAllowed
from sheetfed.core.exports import ExportOptions
from sheetfed.core.model import Caller, ImageType, Page
from sheetfed.core.renders import fitted
from sheetfed.core.settings import invalid

_QUALITY: Final = 85
_SIDE_MAX_PX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    services: Services
    caller: Caller
    document: core.Document
    interface: str = contract.DOCUMENT

    @property
    def path(self) -> str:
        return paths.document(self.document.id)

    @property
    def pages(self) -> int:
        return len(self.document.pages)

    @property
    def bytes(self) -> int:
        return self.services.documents.size_bytes(self.document)

    @property
    def created(self) -> int:
        return int(self.document.created)

    @property
    def last_used(self) -> int:
        return int(self.services.documents.last_used(self.document))

    @property
    def owner_uid(self) -> int:
        return self.document.owner.uid

    @property
    def owner_origin(self) -> str:
        return self.document.owner.origin or ""

    async def export(self, word: str, options: Mapping[str, Any]) -> int:
        """A descriptor of a file without a name."""
        document = self._readable()
        wanted = values.plain(options)
        words.known_only(wanted, "pages", "quality")
        image_type = _type(word, *ImageType)
        quality = words.whole(wanted, "quality", 1, 100)
        pages = self._chosen(document, wanted.get("pages"))
        how = ExportOptions(quality=quality or _QUALITY)
        async with self.services.renders.export(pages, image_type, how) as file:
            return await asyncio.to_thread(_handed_over, file)

    async def get_page(self, index: int, word: str, options: Mapping[str, Any]) -> int:
        """A descriptor of a file without a name."""
        document = self._readable()
        wanted = values.plain(options)
        words.known_only(wanted, "width", "height")
        width_px = words.whole(wanted, "width", 1, _SIDE_MAX_PX)
        height_px = words.whole(wanted, "height", 1, _SIDE_MAX_PX)
        image_type = _type(word, ImageType.JPEG, ImageType.PNG) if word else None
        page = self.services.documents.page_at(document, index)
        content = await self.services.renders.read(fitted(page, width_px, height_px, image_type))
        return await asyncio.to_thread(_in_memory, content)

    async def remove(self) -> None:
        await self.services.documents.remove(self.document.id)

    def _readable(self) -> core.Document:
        """Raises NotAllowed: nobody reads another user's pages, whoever they are."""
        if self.document.owner.uid != self.caller.owner.uid:
            raise NotAllowed("pages are shown only to the user they belong to")
        return self.services.documents.get(self.caller, self.document.id)

    def _chosen(self, document: core.Document, indices: object) -> list[Page]:
        if indices is None:
            return self.services.documents.pages_of(document)
        if not isinstance(indices, list) or not all(
            isinstance(index, int) and not isinstance(index, bool) for index in indices
        ):
            raise invalid("options.pages", "a list of indices")
        return [self.services.documents.page_at(document, index) for index in indices]


def _type(word: str, *allowed: ImageType) -> ImageType:
    if word not in [choice.value for choice in allowed]:
        raise invalid("type", ", ".join(allowed))
    return ImageType(word)


def _handed_over(file: BinaryIO) -> int:
    """A descriptor of the file, or of its content in memory, when it is sealed on the disk."""
    try:
        return os.dup(file.fileno())
    except UnsupportedOperation:
        with os.fdopen(os.memfd_create("export", os.MFD_CLOEXEC), "wb") as clear:
            shutil.copyfileobj(file, clear)
            clear.seek(0)
            return os.dup(clear.fileno())


def _in_memory(content: bytes) -> int:
    with os.fdopen(os.memfd_create("page", os.MFD_CLOEXEC), "wb") as file:
        file.write(content)
        file.seek(0)
        return os.dup(file.fileno())
