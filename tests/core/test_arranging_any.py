"""Any sequence of arrangements keeps every page exactly once, in memory as on the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.core import ALICE
from fakes.gate import idle
from fakes.recorder import recorded
from fakes.shelf import Shelf
from sheetfed.core.edits import Flip, Mirror, Rotate
from sheetfed.core.errors import ScanError
from sheetfed.core.events import DocumentChanged, Event, PageAdded, PageChanged, PageRemoved
from sheetfed.core.model import Document, DocumentId, PageId

DOCUMENTS = ("one", "two", "three")
NUMBERS = st.integers(-1, 6)
ACTIONS = ("move", "swap", "reverse", "interleave", "transfer", "copy", "remove", "look", "edit")

Step = tuple[str, int, int, int, int]


class Any:
    """A shelf of three documents, and steps that are made of numbers."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.documents: list[DocumentId] = []
        self.pages: set[PageId] = set()

    async def fill(self, sizes: Iterable[int]) -> None:
        for name, size in zip(DOCUMENTS, sizes, strict=True):
            document = await self.shelf.describing.create(ALICE, name=name)
            self.documents.append(document.id)
            for number in range(size):
                page = await self.shelf.add(f"{name}{number}", instance=None, document=document.id)
                self.pages.add(page.id)

    def now(self) -> list[Document]:
        return [self.shelf.documents.get(ALICE, document) for document in self.documents]

    async def take(self, step: Step) -> None:
        action, first, second, one, other = step
        document, target = self.documents[first % 3], self.documents[second % 3]
        chosen = self._chosen(document, one, other)
        arranging, documents = self.shelf.arranging, self.shelf.documents
        if action == "move":
            await arranging.move(ALICE, document, one, other)
        elif action == "swap":
            await arranging.swap(ALICE, document, one, other)
        elif action == "reverse":
            await arranging.reverse(ALICE, document)
        elif action == "interleave":
            await arranging.interleave_backs(ALICE, document, one, is_reversed=other > 2)
        elif action == "transfer":
            await arranging.transfer(ALICE, chosen, target, other)
        elif action == "copy":
            self.pages |= {page.id for page in await arranging.copy(ALICE, chosen, target, other)}
        elif action == "remove":
            gone = set(chosen)
            pages = documents.get(ALICE, document).pages
            await documents.remove_pages(document, [pages.index(page) for page in gone])
            self.pages -= gone
        elif action == "look":
            await self.shelf.describing.set_current(ALICE, document, one)
        else:
            for page in chosen:
                await self.shelf.editing.edit(ALICE, page, Flip())

    def _chosen(self, document: DocumentId, one: int, other: int) -> list[PageId]:
        pages = self.shelf.documents.get(ALICE, document).pages
        return list(dict.fromkeys(pages[number % len(pages)] for number in (one, other) if pages))

    async def check(self) -> None:
        """Every page is in exactly one document, and the disk has what memory has."""
        documents, shelf = self.now(), self.shelf
        every = [page for document in documents for page in document.pages]
        assert sorted(every) == sorted(self.pages)
        assert shelf.documents.all_pages() == self.pages == shelf.blobs.synced
        for document in documents:
            assert document.current in range(len(document.pages) or 1) or not document.pages
            assert (document.current == -1) is (not document.pages)
            stored, pages = shelf.catalogue.rows[document.id]
            assert stored.pages == document.pages
            assert list(pages) == shelf.documents.pages_of(document)
            assert {page.document for page in pages} <= {document.id}


def listened(orders: dict[DocumentId, list[PageId]], events: Iterable[Event]) -> set[DocumentId]:
    """Follow the events one by one; returns the documents whose order is to be asked for."""
    asked = set()
    for event in events:
        match event:
            case PageAdded():
                orders[event.document].insert(event.index, event.page)
            case PageRemoved():
                assert orders[event.document].pop(event.index) == event.page
            case DocumentChanged():
                asked.add(event.document)
            case _:
                assert isinstance(event, PageChanged)
    return asked


async def carried_out(do: Callable[[], Awaitable[None]]) -> None:
    """Whatever is refused is refused as a whole; the next check sees that."""
    with suppress(ScanError):
        await do()


STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=15
)


@settings(max_examples=60, deadline=None)
@given(sizes=st.tuples(*[st.integers(0, 5)] * 3), steps=STEPS)
async def test_every_page_stays_exactly_once_and_listeners_can_follow(
    sizes: tuple[int, int, int], steps: list[Step]
) -> None:
    shelves = Any()
    await shelves.fill(sizes)
    for step in steps:
        orders = {document.id: list(document.pages) for document in shelves.now()}
        with recorded(shelves.shelf.hub) as events:
            await carried_out(lambda step=step: shelves.take(step))
        asked = listened(orders, events)
        await shelves.check()
        for document in shelves.now():
            assert sorted(orders[document.id]) == sorted(document.pages)
            assert document.id in asked or tuple(orders[document.id]) == document.pages
    again = Shelf(shelves.shelf.catalogue)
    await again.collection.load()
    assert [again.documents.get(ALICE, document).pages for document in shelves.documents] == [
        document.pages for document in shelves.now()
    ]


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
async def test_steps_at_the_same_time_keep_every_page_too(steps: list[Step]) -> None:
    shelves = Any()
    await shelves.fill((4, 3, 0))
    quiet = [step for step in steps if step[0] not in ("remove", "edit")]
    writing = shelves.shelf.catalogue.writing
    writing.shut()
    taking = [
        asyncio.create_task(carried_out(lambda step=step: shelves.take(step))) for step in quiet
    ]
    while not all(task.done() for task in taking):
        await idle(10)
        writing.open()
        writing.shut()
    await shelves.check()


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(st.sampled_from(["rotate", "mirror", "undo", "redo"]), max_size=30))
async def test_undo_and_redo_walk_along_the_edits(steps: list[str]) -> None:
    shelf = Shelf()
    page = (await shelf.add("a")).id
    applied: list[object] = []
    undone: list[object] = []
    for step in steps:
        if step in ("rotate", "mirror"):
            edit = Rotate(90) if step == "rotate" else Mirror()
            await shelf.editing.edit(ALICE, page, edit)
            applied, undone = [*applied, edit], []
        elif step == "undo":
            await carried_out(lambda: shelf.editing.undo(ALICE, page))
            undone += [applied.pop()] if applied else []
        else:
            await carried_out(lambda: shelf.editing.redo(ALICE, page))
            applied += [undone.pop()] if undone else []
        now = shelf.documents.page(ALICE, page)
        assert list(now.applied) == applied
        assert list(now.edits[len(applied) :]) == undone[::-1]
        assert shelf.catalogue.rows[now.document][1] == [now]
