"""Buffer: the RPC methods that count, look up, arrange and remove an instance's pages."""

from collections.abc import Iterable, Sequence

from sheetfed.core.arranging import Arranging
from sheetfed.core.describing import Describing
from sheetfed.core.documents import Documents
from sheetfed.core.errors import IndexOutOfRange
from sheetfed.core.model import Caller, Document, InstanceId, Page, PageId
from sheetfed.core.splitting import Rule, Splitting
from sheetfed.web.method import Call, Result
from sheetfed.web.views import page_info


class Buffers:
    """The documents that are instances' buffers; one that never held a page is None."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def get(self, call: Call) -> Document | None:
        return self.of(call.caller, call.instance)

    def of(self, caller: Caller, instance: str) -> Document | None:
        return self._documents.buffer(caller, InstanceId(instance))

    def holding(self, call: Call, index: int) -> Document:
        """The buffer, which is to hold a page at this index. Raises IndexOutOfRange."""
        found = self.get(call)
        if found is None:
            raise IndexOutOfRange(details={"index": index, "pages": 0})
        return found

    def page(self, call: Call, index: int) -> Page:
        """Raises IndexOutOfRange."""
        return self._documents.page_at(self.get(call), index)

    def pages(self, call: Call, indices: Iterable[int]) -> list[Page]:
        """Raises IndexOutOfRange."""
        return self.at(self.get(call), indices)

    def at(self, buffer: Document | None, indices: Iterable[int]) -> list[Page]:
        """Raises IndexOutOfRange."""
        return [self._documents.page_at(buffer, index) for index in indices]


class Buffer:
    """What the methods of the buffer group do."""

    def __init__(
        self,
        *,
        buffers: Buffers,
        documents: Documents,
        describing: Describing,
        arranging: Arranging,
        splitting: Splitting,
    ) -> None:
        self._buffers = buffers
        self._documents = documents
        self._describing = describing
        self._arranging = arranging
        self._splitting = splitting

    async def count(self, call: Call) -> Result:
        buffer = self._buffers.get(call)
        return [0 if buffer is None else len(buffer.pages)]

    async def current(self, call: Call) -> Result:
        buffer = self._buffers.get(call)
        return [-1 if buffer is None else buffer.current]

    async def set_current(self, call: Call, index: int) -> Result:
        buffer = self._buffers.holding(call, index)
        await self._describing.set_current(call.caller, buffer.id, index)
        return [index]

    async def info(self, call: Call, index: int) -> Result:
        return [page_info(self._buffers.page(call, index), call.base_url)]

    async def index_to_id(self, call: Call, index: int) -> Result:
        return [self._buffers.page(call, index).id]

    async def id_to_index(self, call: Call, page: str) -> Result:
        buffer = self._buffers.get(call)
        pages = () if buffer is None else buffer.pages
        return [pages.index(PageId(page)) if page in pages else -1]

    async def move(self, call: Call, source: int, target: int) -> Result:
        buffer = self._buffers.holding(call, source)
        await self._arranging.move(call.caller, buffer.id, source, target)
        return [True]

    async def swap(self, call: Call, one: int, other: int) -> Result:
        buffer = self._buffers.holding(call, one)
        await self._arranging.swap(call.caller, buffer.id, one, other)
        return [True]

    async def copy(self, call: Call, indices: Sequence[int], target: int) -> Result:
        buffer = self._buffers.holding(call, target)
        pages = [page.id for page in self._buffers.pages(call, indices)]
        await self._arranging.copy(call.caller, pages, buffer.id, target)
        return [True]

    async def reverse(self, call: Call) -> Result:
        buffer = self._buffers.get(call)
        if buffer is not None:
            await self._arranging.reverse(call.caller, buffer.id)
        return [True]

    async def interleave_backs(self, call: Call, backs: int, is_reversed: bool | None) -> Result:
        buffer = self._buffers.holding(call, backs)
        await self._arranging.interleave_backs(
            call.caller, buffer.id, backs, is_reversed=is_reversed is not False
        )
        return [True]

    async def split(self, call: Call, rule: Rule) -> Result:
        buffer = self._buffers.get(call)
        if buffer is None:
            return [[]]
        return [list(await self._splitting.split(call.caller, buffer.id, rule))]

    async def remove(self, call: Call, index: int) -> Result:
        return await self.remove_many(call, [index])

    async def remove_many(self, call: Call, indices: Sequence[int]) -> Result:
        if indices:
            buffer = self._buffers.holding(call, indices[0])
            await self._documents.remove_pages(buffer.id, indices)
        return [True]

    async def remove_all(self, call: Call) -> Result:
        buffer = self._buffers.get(call)
        if buffer is not None:
            await self._documents.remove(buffer.id)
        return [True]
