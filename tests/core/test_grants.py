"""Grants: what origins ask for, what is decided, and what holds."""

import pytest

from fakes.core import ADMIN, ALICE, BOB, ORIGIN
from fakes.grantdesk import PAGE, SAME_PAGE_OF_BOB, SCAN, UID, UPLOAD, Desk
from fakes.recorder import recorded
from sheetfed.core.errors import InvalidParameter, TooMany
from sheetfed.core.grant import REQUEST_KEPT_S, GrantState
from sheetfed.core.grants import LATEST, OF_USER_AT_MOST
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL, NONE


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


async def test_the_origins_that_a_user_decides_on_are_bounded(desk: Desk) -> None:
    for number in range(OF_USER_AT_MOST):
        await desk.grants.deny(ALICE, f"https://n{number}.example", uid=UID)
    with pytest.raises(TooMany):
        await desk.allow()
    await desk.grants.allow(BOB, ORIGIN, SCAN, uid=BOB.owner.uid)
    await desk.grants.allow(ALICE, "https://n0.example", SCAN, uid=UID)
