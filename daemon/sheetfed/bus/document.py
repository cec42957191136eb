"""Document: an ordered list of pages, as its owner or an administrator sees it."""

import os
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from dbus_next.signature import Variant

from sheetfed.bus import contract, edits, paths, values, words
from sheetfed.bus.context import Context
from sheetfed.bus.delivery import Delivery
from sheetfed.bus.tasks import Kind
from sheetfed.core import exportwords
from sheetfed.core import model as core
from sheetfed.core.errors import NotAllowed
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Caller, DocumentId, Page
from sheetfed.core.permissions import Permission
from sheetfed.core.renders import Render, fitted
from sheetfed.core.settings import invalid

_SIDE_MAX_PX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    context: Context
    caller: Caller
    document: core.Document
    interface: str = contract.DOCUMENT

    @property
    def path(self) -> str:
        return paths.document(self.document.id)

    @property
    def name(self) -> str:
        return self.document.name

    @property
    def pages(self) -> int:
        return len(self.document.pages)

    @property
    def bytes(self) -> int:
        return self.context.core.documents.size_bytes(self.document)

    @property
    def created(self) -> int:
        return int(self.document.created)

    @property
    def last_used(self) -> int:
        return int(self.context.core.documents.last_used(self.document))

    @property
    def owner_uid(self) -> int:
        return self.document.owner.uid

    @property
    def owner_origin(self) -> str:
        return self.document.owner.origin or ""

    async def export(self, word: str, options: Mapping[str, Any]) -> int:
        """A descriptor of a file without a name, or of a pipe when that takes long."""
        document = self._readable()
        wanted = values.plain(options)
        image_type = _type(word, *ImageType)
        pages = self._chosen(document, wanted.pop("pages", None))
        how = exportwords.parse(wanted, image_type)
        return await self._delivered(lambda delivery: self._made(pages, image_type, how, delivery))

    async def get_page(self, index: int, word: str, options: Mapping[str, Any]) -> int:
        """A descriptor as that of `export`."""
        document = self._readable()
        wanted = values.plain(options)
        words.known_only(wanted, "width", "height")
        width_px = words.whole(wanted, "width", 1, _SIDE_MAX_PX)
        height_px = words.whole(wanted, "height", 1, _SIDE_MAX_PX)
        image_type = _type(word, ImageType.JPEG, ImageType.PNG) if word else None
        page = self.context.core.documents.page_at(document, index)
        render = fitted(page, width_px, height_px, image_type)
        return await self._delivered(lambda delivery: self._rendered(render, delivery))

    async def get_page_info(self, index: int) -> dict[str, Variant]:
        page = self.context.core.documents.page_at(self._readable(), index)
        return words.of_page(page)

    async def add_page(self, file: int) -> None:
        """Returns when all is in, or when that takes long."""
        try:
            document = self._readable()
            await self.context.core.access.require(self.caller, Permission.SCAN)
        except BaseException:
            os.close(file)
            raise
        await self.context.tasks.within(
            self.caller, Kind.ADD_PAGE, self._taken_in(document.id, file)
        )

    async def edit(self, index: int, word: str, options: Mapping[str, Any]) -> None:
        document = self._readable()
        page = self.context.core.documents.page_at(document, index).id
        wanted = values.plain(options)
        measured = edits.MEASURED.get(word)
        if measured is not None:
            words.known_only(wanted)
            await self.context.tasks.within(
                self.caller, Kind.EDIT, measured(self.context.core.editing, self.caller, page)
            )
        else:
            edit = edits.parse(word, wanted)
            await self.context.core.editing.edit(self.caller, page, edit)

    async def remove(self) -> None:
        await self.context.core.documents.remove(self.document.id)

    def _readable(self) -> core.Document:
        """Raises NotAllowed: nobody reads another user's pages, whoever they are."""
        if self.document.owner.uid != self.caller.owner.uid:
            raise NotAllowed("pages are shown only to the user they belong to")
        return self.context.core.documents.get(self.caller, self.document.id)

    async def _delivered(self, work: Callable[[Delivery], Coroutine[Any, Any, None]]) -> int:
        uid = self.caller.owner.uid
        delivery = Delivery(admit=lambda file: self.context.held.add(uid, file))

        async def put() -> None:
            try:
                await work(delivery)
            except BaseException:
                delivery.end()
                raise

        try:
            await self.context.tasks.within(self.caller, Kind.EXPORT, put())
        except BaseException:
            delivery.end()
            raise
        return delivery.take()

    async def _rendered(self, render: Render, delivery: Delivery) -> None:
        await delivery.put(BytesIO(await self.context.core.renders.read(render)))

    async def _made(
        self, pages: list[Page], image_type: ImageType, how: ExportOptions, delivery: Delivery
    ) -> None:
        async with self.context.core.renders.export(pages, image_type, how) as file:
            await delivery.put(file)

    async def _taken_in(self, document: DocumentId, file: int) -> None:
        async with self.context.core.incoming.copied(
            file, at_most_bytes=self.context.file_at_most_bytes
        ) as path:
            await self.context.core.loading.load(self.caller, path, document=document)

    def _chosen(self, document: core.Document, indices: object) -> list[Page]:
        if indices is None:
            return self.context.core.documents.pages_of(document)
        if not isinstance(indices, list) or not all(
            isinstance(index, int) and not isinstance(index, bool) for index in indices
        ):
            raise invalid("options.pages", "a list of indices")
        return [self.context.core.documents.page_at(document, index) for index in indices]


def _type(word: str, *allowed: ImageType) -> ImageType:
    if word not in [choice.value for choice in allowed]:
        raise invalid("type", ", ".join(allowed))
    return ImageType(word)
