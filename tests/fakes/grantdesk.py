"""Grant desk: where origins ask and users decide, over a book in memory."""

from dataclasses import dataclass, field

from fakes.clock import FakeClock
from fakes.core import ALICE, BOB, ORIGIN
from fakes.grants import MemoryGrantBook
from sheetfed.core.events import Hub
from sheetfed.core.grant import GrantState
from sheetfed.core.grants import Grants
from sheetfed.core.model import Owner
from sheetfed.core.permissions import Permission, completed

UID = ALICE.owner.uid

PAGE = Owner(UID, ORIGIN)

SAME_PAGE_OF_BOB = Owner(BOB.owner.uid, ORIGIN)

SCAN = completed([Permission.SCAN])

UPLOAD = completed([Permission.UPLOAD])


@dataclass(kw_only=True)
class Desk:
    """Grants over a book in memory."""

    book: MemoryGrantBook = field(default_factory=MemoryGrantBook)
    clock: FakeClock = field(default_factory=FakeClock)
    hub: Hub = field(default_factory=Hub)
    configured: tuple[str, ...] = ()
    grants: Grants = field(init=False)

    def __post_init__(self) -> None:
        self.grants = Grants(
            book=self.book, hub=self.hub, clock=self.clock, configured=self.configured
        )

    async def restarted(self) -> "Desk":
        again = Desk(book=self.book, clock=self.clock)
        await again.grants.load()
        return again

    def ask(self, owner: Owner = PAGE, wants: frozenset[Permission] = SCAN) -> None:
        self.grants.request(owner, wants)

    async def allow(
        self, wants: frozenset[Permission] = SCAN, *, until: float | None = None
    ) -> None:
        await self.grants.allow(ALICE, ORIGIN, wants, uid=UID, until=until)

    def states(self) -> dict[str, GrantState]:
        return {found.origin: found.state for found in self.grants.known()}
