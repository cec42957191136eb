"""Ordering: where pages come to be when a document is rearranged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sheetfed.core.errors import IndexOutOfRange
from sheetfed.core.model import Document, PageId
from sheetfed.core.settings import invalid

Order = tuple[PageId, ...]


def with_pages(document: Document, pages: Iterable[PageId]) -> Document:
    """The document with these pages. The page that is looked at stays the same; when it is gone,
    it is the one that follows in its place, or the last."""
    order = tuple(pages)
    current = document.current
    if 0 <= current < len(document.pages) and document.pages[current] in order:
        current = order.index(document.pages[current])
    return replace(document, pages=order, current=min(max(current, 0), len(order) - 1))


def appended(before: Order, after: Order) -> Order | None:
    """What came behind the pages that were there; None when that is not all that is different."""
    return after[len(before) :] if after[: len(before)] == before else None


def require_index(order: Sequence[PageId], index: int) -> None:
    """Raises IndexOutOfRange."""
    if not 0 <= index < len(order):
        raise IndexOutOfRange(
            f"there is no page {index}, the buffer holds {len(order)}",
            details={"index": index, "pages": len(order)},
        )


def moved(order: Order, source: int, target: int) -> Order:
    """The page at `source` is taken out and put where it is then at `target`."""
    require_index(order, source)
    require_index(order, target)
    rest = list(order)
    rest.insert(target, rest.pop(source))
    return tuple(rest)


def swapped(order: Order, one: int, other: int) -> Order:
    require_index(order, one)
    require_index(order, other)
    pages = list(order)
    pages[one], pages[other] = pages[other], pages[one]
    return tuple(pages)


def interleaved(order: Order, backs: int, *, is_reversed: bool) -> Order:
    """The last pages are the backs of as many sheets whose fronts are right before them: behind
    each front its back. Reversed: the stack was turned over as a whole and fed again, so that the
    last sheet's back came first."""
    if not 1 <= backs <= len(order) // 2:
        raise invalid("n", f"1 to {len(order) // 2}, half of the pages at most")
    middle = len(order) - backs
    behind = order[middle:][::-1] if is_reversed else order[middle:]
    pairs = zip(order[middle - backs : middle], behind, strict=True)
    return (*order[: middle - backs], *(page for pair in pairs for page in pair))


def inserted(order: Order, pages: Sequence[PageId], at: int | None) -> Order:
    """These pages before the one at `at`; None: at the end. Raises IndexOutOfRange."""
    place = len(order) if at is None else at
    if not 0 <= place <= len(order):
        raise IndexOutOfRange(
            f"there is no place {place} among {len(order)} pages",
            details={"index": place, "pages": len(order)},
        )
    return (*order[:place], *pages, *order[place:])
