"""Events: what happened, told to whoever listens, never waiting for them."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sheetfed.core.grant import Grant
from sheetfed.core.job import Job
from sheetfed.core.model import DocumentId, InstanceId, JobId, Owner, PageId
from sheetfed.core.scanner import Scanner
from sheetfed.core.uploads import Transfer


@dataclass(frozen=True, slots=True)
class JobChanged:
    job: Job

    @property
    def owner(self) -> Owner:
        return self.job.owner


@dataclass(frozen=True, slots=True)
class PageAdded:
    owner: Owner
    document: DocumentId
    instance: InstanceId | None
    page: PageId
    index: int
    job: JobId | None = None


@dataclass(frozen=True, slots=True)
class PageChanged:
    """It was edited, or an edit was undone or redone."""

    owner: Owner
    document: DocumentId
    instance: InstanceId | None
    page: PageId
    index: int


@dataclass(frozen=True, slots=True)
class PageRemoved:
    owner: Owner
    document: DocumentId
    instance: InstanceId | None
    page: PageId
    index: int


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """It was made, or its name, its metadata or the order of its pages changed."""

    owner: Owner
    document: DocumentId
    instance: InstanceId | None


@dataclass(frozen=True, slots=True)
class DocumentRemoved:
    owner: Owner
    document: DocumentId
    instance: InstanceId | None


@dataclass(frozen=True, slots=True)
class ScannerAdded:
    scanner: Scanner
    owner: None = None


@dataclass(frozen=True, slots=True)
class ScannerRemoved:
    scanner: Scanner
    owner: None = None


@dataclass(frozen=True, slots=True)
class ScannerChanged:
    """It became busy or free, its last error changed, or it is not listed as it was."""

    scanner: Scanner
    busy: bool
    owner: None = None


@dataclass(frozen=True, slots=True)
class BackendsChanged:
    """How SANE's backends answer, or what is hidden, is not as it was."""

    owner: None = None


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """What an origin may do or asks for is not as it was; `is_request`: it asks for more.

    `grant` is empty when nothing is left of it.
    """

    grant: Grant
    is_request: bool = False

    @property
    def owner(self) -> Owner | None:
        """None: all users."""
        uid = self.grant.uid
        return None if uid is None else Owner(uid, self.grant.origin)

    def concerns(self, owner: Owner) -> bool:
        """Whether it is about this origin, or for its user's own page to show."""
        return self.grant.uid in (None, owner.uid) and owner.origin in (None, self.grant.origin)


@dataclass(frozen=True, slots=True)
class TransferChanged:
    """An upload began, got on, is tried again or ended."""

    transfer: Transfer

    @property
    def owner(self) -> Owner:
        return self.transfer.owner

    @property
    def instance(self) -> InstanceId | None:
        return self.transfer.instance


Event = (
    JobChanged
    | PageAdded
    | PageChanged
    | PageRemoved
    | DocumentChanged
    | DocumentRemoved
    | ScannerAdded
    | ScannerRemoved
    | ScannerChanged
    | BackendsChanged
    | AccessChanged
    | TransferChanged
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event with its place in the daemon's sequence."""

    number: int
    event: Event


class Subscription:
    """One listener's bounded queue; a listener that lets it fill up is dropped."""

    def __init__(self, wants: Callable[[Event], bool], limit: int) -> None:
        self._wants = wants
        self._queue: asyncio.Queue[Numbered | None] = asyncio.Queue(limit + 1)
        self._limit = limit
        self.is_open = True

    def offer(self, numbered: Numbered) -> None:
        if not self.is_open or not self._wants(numbered.event):
            return
        if self._queue.qsize() >= self._limit:
            self.close()
        else:
            self._queue.put_nowait(numbered)

    def close(self) -> None:
        """End it: the listener reads what is queued, then the end."""
        if self.is_open:
            self.is_open = False
            self._queue.put_nowait(None)

    @property
    def has_more(self) -> bool:
        return not self._queue.empty()

    async def next(self) -> Numbered | None:
        """The next event, or None at the end."""
        if not self.is_open and self._queue.empty():
            return None
        return await self._queue.get()

    async def all(self) -> list[Numbered]:
        """Wait for an event, and take all that are there; nothing at the end."""
        found = []
        numbered = await self.next()
        while numbered is not None:
            found.append(numbered)
            numbered = None if self._queue.empty() else self._queue.get_nowait()
        return found


class Hub:
    """Where events are published and listened to, with a bounded backlog for those who return."""

    def __init__(
        self, *, first_number: int = 1, backlog: int = 500, queue_limit: int = 500
    ) -> None:
        """Numbers begin at `first_number`: above all of an earlier run, they tell runs apart."""
        self._backlog: deque[Numbered] = deque(maxlen=backlog)
        self._queue_limit = queue_limit
        self._subscriptions: set[Subscription] = set()
        self._number = first_number - 1
        self.is_closed = False

    def publish(self, event: Event) -> None:
        self._number += 1
        numbered = Numbered(self._number, event)
        self._backlog.append(numbered)
        for subscription in tuple(self._subscriptions):
            subscription.offer(numbered)

    @contextmanager
    def subscribe(
        self, wants: Callable[[Event], bool] = lambda _: True, *, after: int | None = None
    ) -> Iterator[Subscription]:
        """Listen while in the block; `after` first replays what the backlog has since then, all of
        it for a number of an earlier run whose clock was ahead."""
        subscription = Subscription(wants, self._queue_limit)
        if after is not None:
            for numbered in self._backlog:
                if numbered.number > after or after > self._number:
                    subscription.offer(numbered)
        if self.is_closed:
            subscription.close()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every subscription, also those to come: the service stops."""
        self.is_closed = True
        for subscription in tuple(self._subscriptions):
            subscription.close()
