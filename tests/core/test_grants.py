"""Grants: what origins ask for, what is decided, what holds, and what outlives a restart."""

import asyncio
from dataclasses import dataclass, field

import pytest

from fakes.clock import FakeClock
from fakes.core import ADMIN, ALICE, BOB, ORIGIN
from fakes.gate import idle
from fakes.grants import MemoryGrantBook
from fakes.recorder import recorded
from sheetfed.core.errors import InvalidParameter, NotFound, StoreFull, TooMany, WrongState
from sheetfed.core.events import AccessChanged, Hub
from sheetfed.core.grant import REQUEST_KEPT_S, GrantId, GrantState
from sheetfed.core.grants import LATEST, OF_USER_AT_MOST, Grants
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL, NONE, Permission, completed

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


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_nobody_may_do_anything_unasked(desk: Desk) -> None:
    assert desk.grants.permissions(PAGE) == NONE
    assert desk.grants.state(PAGE) is GrantState.DENIED
    assert desk.grants.own(PAGE) is None


def test_a_program_of_the_users_own_may_do_all(desk: Desk) -> None:
    assert desk.grants.permissions(Owner(UID)) == ALL
    assert desk.grants.state(Owner(UID), ALL) is GrantState.GRANTED
    desk.grants.use(Owner(UID))
    assert desk.grants.own(Owner(UID)) is None


async def test_what_was_asked_for_is_pending_until_it_is_allowed(desk: Desk) -> None:
    desk.ask()
    assert desk.grants.permissions(PAGE) == NONE
    assert desk.grants.state(PAGE) is desk.grants.state(PAGE, SCAN) is GrantState.PENDING
    await desk.allow()
    assert desk.grants.permissions(PAGE) == SCAN
    assert desk.grants.state(PAGE) is desk.grants.state(PAGE, SCAN) is GrantState.GRANTED


async def test_a_permission_is_one_users_and_one_origins(desk: Desk) -> None:
    await desk.allow()
    assert desk.grants.permissions(SAME_PAGE_OF_BOB) == NONE
    assert desk.grants.permissions(Owner(UID, ORIGIN + ":8443")) == NONE


async def test_a_permission_for_all_users_is_everybodys(desk: Desk) -> None:
    await desk.grants.allow(ADMIN, ORIGIN, SCAN, uid=None)
    assert desk.grants.permissions(PAGE) == desk.grants.permissions(SAME_PAGE_OF_BOB) == SCAN
    await desk.allow(UPLOAD)
    assert desk.grants.permissions(PAGE) == ALL


async def test_what_is_denied_to_all_users_is_denied_whatever_one_of_them_allows(
    desk: Desk,
) -> None:
    await desk.allow()
    await desk.grants.deny(ADMIN, ORIGIN, uid=None)
    assert desk.grants.permissions(PAGE) == NONE
    desk.ask()
    assert desk.grants.state(PAGE, SCAN) is GrantState.DENIED


async def test_to_ask_again_changes_nothing_and_tells_nothing(desk: Desk) -> None:
    desk.ask()
    first = desk.grants.known()
    desk.clock.advance(5)
    with recorded(desk.hub) as told:
        desk.ask()
    assert (desk.grants.known(), told) == (first, [])


async def test_a_denial_is_remembered_also_after_a_restart(desk: Desk) -> None:
    desk.ask()
    await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    for now in (desk, await desk.restarted()):
        for wants in (SCAN, UPLOAD, ALL):
            now.ask(wants=wants)
            assert now.grants.state(PAGE, wants) is GrantState.DENIED
        assert now.states() == {ORIGIN: GrantState.DENIED}


async def test_who_was_denied_for_one_user_may_ask_another(desk: Desk) -> None:
    desk.ask()
    await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    desk.ask(SAME_PAGE_OF_BOB)
    assert desk.grants.state(SAME_PAGE_OF_BOB, SCAN) is GrantState.PENDING


async def test_who_has_a_permission_may_ask_for_more_and_keeps_it_when_denied(desk: Desk) -> None:
    await desk.allow()
    desk.ask(wants=ALL)
    (asking,) = desk.grants.known()
    assert (asking.state, asking.permissions, asking.wants) == (GrantState.PENDING, SCAN, UPLOAD)
    assert desk.grants.permissions(PAGE) == SCAN
    await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    assert desk.grants.permissions(PAGE) == SCAN
    assert desk.grants.state(PAGE) is GrantState.GRANTED
    assert desk.grants.state(PAGE, ALL) is GrantState.DENIED


async def test_what_was_asked_for_and_not_allowed_with_the_rest_is_denied(desk: Desk) -> None:
    desk.ask(wants=ALL)
    await desk.allow(SCAN)
    assert desk.grants.state(PAGE, ALL) is GrantState.DENIED
    assert desk.grants.state(PAGE, SCAN) is GrantState.GRANTED


async def test_who_asks_for_nothing_loses_all_when_denied(desk: Desk) -> None:
    await desk.allow(ALL)
    denied = await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    assert (denied.state, denied.permissions) == (GrantState.DENIED, NONE)
    assert desk.grants.permissions(PAGE) == NONE


async def test_to_allow_again_replaces_what_was_allowed(desk: Desk) -> None:
    await desk.allow(ALL, until=desk.clock.now() + 60)
    await desk.allow(SCAN)
    (found,) = desk.grants.known()
    assert (found.permissions, found.until) == (SCAN, None)


async def test_what_is_revoked_is_forgotten_and_may_be_asked_for_anew(desk: Desk) -> None:
    await desk.allow()
    (found,) = desk.grants.known()
    await desk.grants.revoke(ALICE, found.id)
    assert desk.grants.permissions(PAGE) == NONE
    assert (await desk.restarted()).grants.known() == []
    desk.ask()
    assert desk.grants.state(PAGE, SCAN) is GrantState.PENDING


async def test_everything_outlives_a_restart(desk: Desk) -> None:
    await desk.allow(until=desk.clock.now() + 60)
    desk.grants.use(PAGE)
    await desk.grants.allow(ADMIN, "https://all.example", ALL, uid=None)
    desk.ask(wants=ALL)
    desk.ask(SAME_PAGE_OF_BOB)
    await desk.grants.save_late()
    again = await desk.restarted()
    by_id = {found.id: found for found in desk.grants.known()}
    assert {found.id: found for found in again.grants.known()} == by_id
    assert len(by_id) == 3


async def test_a_use_is_written_down_late_and_once(desk: Desk) -> None:
    await desk.allow()
    saves = desk.book.saves
    for _ in range(100):
        desk.grants.use(PAGE)
    assert desk.book.saves == saves
    assert desk.grants.known()[0].last_used == desk.clock.now()
    await desk.grants.save_late()
    await desk.grants.save_late()
    assert desk.book.saves == saves + 1


async def test_a_permission_ends_at_its_time_before_anybody_looks(desk: Desk) -> None:
    ends = desk.clock.now() + 60
    await desk.allow(until=ends)
    desk.clock.advance(59)
    assert desk.grants.lapse() == ends
    assert desk.grants.permissions(PAGE) == SCAN
    desk.clock.advance(1)
    assert desk.grants.permissions(PAGE) == NONE
    assert desk.grants.lapse() is None
    await desk.grants.save_late()
    assert desk.book.kept == {}


async def test_a_request_that_nobody_decides_on_ends(desk: Desk) -> None:
    desk.ask()
    assert desk.grants.lapse() == desk.clock.now() + REQUEST_KEPT_S
    desk.clock.advance(REQUEST_KEPT_S)
    desk.grants.lapse()
    assert desk.grants.known() == []


@pytest.mark.parametrize("until", [0.0, LATEST + 1, float("nan")])
async def test_an_end_that_is_no_time_to_come_is_refused(desk: Desk, until: float) -> None:
    with pytest.raises(InvalidParameter, match="a time to come"):
        await desk.allow(until=until)
    assert desk.grants.known() == []


async def test_a_permission_that_cannot_be_written_down_is_not_given(desk: Desk) -> None:
    desk.ask()
    desk.book.writing.fault = StoreFull()
    with recorded(desk.hub) as told, pytest.raises(StoreFull):
        await desk.allow()
    assert desk.grants.permissions(PAGE) == NONE
    assert (desk.states(), told) == ({ORIGIN: GrantState.PENDING}, [])


async def test_what_is_taken_away_is_gone_even_if_that_cannot_be_written_down_now(
    desk: Desk,
) -> None:
    await desk.allow()
    (found,) = desk.grants.known()
    desk.book.writing.fault = StoreFull()
    with recorded(desk.hub) as told, pytest.raises(StoreFull):
        await desk.grants.revoke(ALICE, found.id)
    assert desk.grants.permissions(PAGE) == NONE
    assert len(told) == 1
    with pytest.raises(StoreFull):
        await desk.grants.save_late()
    desk.book.writing.fault = None
    await desk.grants.save_late()
    assert desk.book.kept == {}


async def test_a_decision_is_carried_out_whatever_becomes_of_the_one_who_made_it(
    desk: Desk,
) -> None:
    desk.book.writing.shut()
    deciding = asyncio.create_task(desk.allow())
    await desk.book.writing.reached()
    deciding.cancel()
    await idle()
    desk.book.writing.open()
    with pytest.raises(asyncio.CancelledError):
        await deciding
    assert desk.grants.permissions(PAGE) == SCAN


async def test_a_request_for_what_everybody_may_do_by_now_needs_no_answer(desk: Desk) -> None:
    desk.ask()
    desk.ask(SAME_PAGE_OF_BOB, ALL)
    await desk.grants.allow(ADMIN, ORIGIN, SCAN, uid=None)
    assert desk.grants.own(PAGE) is None
    assert desk.grants.state(PAGE) is GrantState.GRANTED
    assert desk.grants.state(SAME_PAGE_OF_BOB) is GrantState.PENDING
    desk.grants.configure([ORIGIN])
    assert desk.grants.own(SAME_PAGE_OF_BOB) is None
    await desk.grants.save_late()
    assert len(desk.book.kept) == 1


async def test_two_decisions_at_once_are_made_one_after_the_other(desk: Desk) -> None:
    await desk.allow()
    (found,) = desk.grants.known()
    desk.book.writing.shut()
    allowing = asyncio.create_task(desk.allow(ALL))
    revoking = asyncio.create_task(desk.grants.revoke(ALICE, found.id))
    await desk.book.writing.reached()
    desk.book.writing.open()
    await asyncio.gather(allowing, revoking)
    assert desk.grants.permissions(PAGE) == NONE
    assert desk.book.kept == {}


async def test_what_the_configuration_lets_in_is_listed_and_not_for_a_user_to_take_away() -> None:
    desk = Desk(configured=(ORIGIN,))
    (found,) = desk.grants.known()
    assert (found.state, found.uid, found.permissions) == (GrantState.GRANTED, None, ALL)
    assert desk.grants.permissions(PAGE) == ALL
    with pytest.raises(WrongState, match=r"sheetfed\.toml"):
        await desk.grants.revoke(ALICE, found.id)
    with pytest.raises(WrongState, match=r"sheetfed\.toml"):
        await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    desk.grants.use(PAGE)
    await desk.grants.save_late()
    assert desk.grants.known()[0].last_used == desk.clock.now()
    assert desk.book.kept == {}


async def test_a_reloaded_configuration_replaces_its_origins_and_tells_what_changed() -> None:
    desk = Desk(configured=(ORIGIN, "https://stays.example"))
    with recorded(desk.hub) as told:
        desk.grants.configure(["https://stays.example", "https://new.example"])
    assert [
        (event.grant.origin, event.grant.state)
        for event in told
        if isinstance(event, AccessChanged)
    ] == [
        (ORIGIN, GrantState.DENIED),
        ("https://new.example", GrantState.GRANTED),
    ]
    assert desk.grants.permissions(PAGE) == NONE


async def test_what_changed_is_told_and_looked_at_by_those_whom_it_may_end(desk: Desk) -> None:
    looked = []
    desk.grants.watch(lambda: looked.append(desk.grants.permissions(PAGE)))
    with recorded(desk.hub) as told:
        desk.ask()
        await desk.allow()
        await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    assert looked == [NONE, SCAN, NONE]
    events = [event for event in told if isinstance(event, AccessChanged)]
    assert [event.is_request for event in events] == [True, False, False]
    for event in events:
        assert event.owner == PAGE
        assert event.concerns(PAGE)
        assert event.concerns(ALICE.owner)
        assert not event.concerns(SAME_PAGE_OF_BOB)
        assert not event.concerns(Owner(UID, "https://other.example"))


async def test_what_is_for_all_users_is_told_to_all(desk: Desk) -> None:
    with recorded(desk.hub) as told:
        await desk.grants.allow(ADMIN, ORIGIN, SCAN, uid=None)
    (event,) = told
    assert isinstance(event, AccessChanged)
    assert event.owner is None
    assert event.concerns(PAGE)
    assert event.concerns(SAME_PAGE_OF_BOB)
    assert event.concerns(BOB.owner)
    assert not event.concerns(Owner(UID, "https://other.example"))


async def test_a_user_sees_their_own_and_what_is_for_all_and_an_administrator_everything(
    desk: Desk,
) -> None:
    desk.ask()
    desk.ask(SAME_PAGE_OF_BOB)
    await desk.grants.allow(ADMIN, "https://all.example", SCAN, uid=None)
    own, bobs, everybodys = (found.id for found in desk.grants.known())
    assert [found.id for found in desk.grants.visible_to(ALICE)] == [own, everybodys]
    assert len(desk.grants.visible_to(ADMIN)) == 3
    assert desk.grants.get(ALICE, own).origin == ORIGIN
    for hidden in (bobs, GrantId("o0")):
        with pytest.raises(NotFound):
            desk.grants.get(ALICE, hidden)


async def test_each_decision_is_one_line_of_who_what_for_whom_and_until_when(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    desk.ask(wants=ALL)
    await desk.allow(until=1_700_003_600.0)
    await desk.grants.deny(ADMIN, "https://bad.example", uid=None)
    desk.grants.request(PAGE, ALL)
    desk.clock.advance(3600)
    desk.grants.lapse()
    desk.ask(wants=SCAN)
    (bad, found) = sorted(desk.grants.known(), key=lambda grant: grant.origin == ORIGIN)
    await desk.allow(SCAN)
    desk.ask(Owner(UID, "https://more.example"), SCAN)
    await desk.grants.revoke(ALICE, found.id)
    ends = ", until 2023-11-14T23:13:20Z"
    assert caplog.messages == [
        f"user 1000 decided: {ORIGIN}, for user 1000, may list, scan, read{ends}",
        "user 0 decided: https://bad.example, for all users, was denied",
        f"the permission of {ORIGIN} for user 1000 is over",
        f"user 1000 decided: {ORIGIN}, for user 1000, may list, scan, read",
        f"user 1000 decided: {ORIGIN}, for user 1000, has no permission any more, and no denial",
    ]
    assert bad.uid is None


async def test_a_denial_that_leaves_something_says_what(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.allow()
    desk.ask(wants=ALL)
    caplog.set_level("INFO")
    await desk.grants.deny(ALICE, ORIGIN, uid=UID)
    assert caplog.messages == [
        f"user 1000 decided: {ORIGIN}, for user 1000, was denied; it still may list, scan, read"
    ]


async def test_the_origins_that_a_user_decides_on_are_bounded(desk: Desk) -> None:
    for number in range(OF_USER_AT_MOST):
        await desk.grants.deny(ALICE, f"https://n{number}.example", uid=UID)
    with pytest.raises(TooMany):
        await desk.allow()
    await desk.grants.allow(BOB, ORIGIN, SCAN, uid=BOB.owner.uid)
    await desk.grants.allow(ALICE, "https://n0.example", SCAN, uid=UID)
