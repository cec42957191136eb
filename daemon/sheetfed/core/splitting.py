"""Splitting: one document becomes several, at separator pages or after so many pages each."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from sheetfed.core import ids
from sheetfed.core.barcodes import BarcodeFormat
from sheetfed.core.blank import BLANK_BELOW
from sheetfed.core.collection import Change, Collection
from sheetfed.core.documents import Documents
from sheetfed.core.errors import WrongState
from sheetfed.core.model import Caller, DocumentId, Page, PageId
from sheetfed.core.ordering import with_pages
from sheetfed.core.ports import Measures
from sheetfed.core.renders import Renders
from sheetfed.core.settings import invalid
from sheetfed.core.sidebyside import side_by_side

SIDE_BY_SIDE: Final = 4


@dataclass(frozen=True, slots=True)
class EveryPages:
    """So many pages each; the last part may have fewer."""

    pages: int


@dataclass(frozen=True, slots=True)
class AtBlank:
    """A page with less ink than the threshold begins a part; it is removed unless it is kept."""

    threshold: float = BLANK_BELOW
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class AtBarcode:
    """A page with a barcode of this text, any without one, of these formats, any without one,
    begins a part; it is removed unless it is kept."""

    text: str | None = None
    formats: tuple[BarcodeFormat, ...] = ()
    is_kept: bool = False


Rule = EveryPages | AtBlank | AtBarcode


class Splitting:
    """Looks at all pages first; then everything moves at once."""

    def __init__(
        self,
        *,
        collection: Collection,
        documents: Documents,
        renders: Renders,
        measures: Measures,
    ) -> None:
        self._collection = collection
        self._documents = documents
        self._renders = renders
        self._measures = measures

    async def split(self, caller: Caller, document: DocumentId, rule: Rule) -> list[DocumentId]:
        """Move the pages of each part to a new document of the same owner; the old one stays,
        empty. Parts without a page are not made.

        Raises NotFound, InvalidParameter, or WrongState when its pages changed in the meantime.
        """
        found = self._documents.own(caller, document)
        parts = await self._parts(self._documents.pages_of(found), rule)
        names = [ids.new_document() for _ in parts]

        def plan() -> Change:
            now = self._documents.own(caller, document)
            if now.pages != found.pages:
                raise WrongState("the document's pages changed while they were looked at")
            made = [
                with_pages(self._documents.made(name, now.owner), part)
                for name, part in zip(names, parts, strict=True)
            ]
            return Change((with_pages(now, ()), *made))

        await self._collection.change(plan)
        return names

    async def _parts(self, pages: Sequence[Page], rule: Rule) -> list[list[PageId]]:
        order = [page.id for page in pages]
        if isinstance(rule, EveryPages):
            if rule.pages < 1:
                raise invalid("pages", "a whole number from 1")
            starts = range(0, len(order), rule.pages)
            return [order[start : start + rule.pages] for start in starts]
        found = await side_by_side(
            lambda page: self._is_separator(page, rule), pages, at_most=SIDE_BY_SIDE
        )
        separators = {page for page, is_one in zip(order, found, strict=True) if is_one}
        return cut(order, separators, is_kept=rule.is_kept)

    async def _is_separator(self, page: Page, rule: AtBlank | AtBarcode) -> bool:
        files = self._renders.files(page)
        if isinstance(rule, AtBlank):
            return await self._measures.ink(files) < rule.threshold
        codes = await self._measures.barcodes(files, rule.formats)
        return any(rule.text in (None, code.text) for code in codes)


def cut(
    order: Sequence[PageId], separators: AbstractSet[PageId], *, is_kept: bool
) -> list[list[PageId]]:
    """The pages part by part; none is empty. A separator that is kept is the first of its part."""
    parts: list[list[PageId]] = [[]]
    for page in order:
        if page in separators:
            parts.append([])
        if page not in separators or is_kept:
            parts[-1].append(page)
    return [part for part in parts if part]
