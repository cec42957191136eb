"""Grants told: who hears of a decision, who sees it, and what the journal says of it."""

import pytest

from fakes.core import ADMIN, ALICE, BOB, ORIGIN
from fakes.grantdesk import PAGE, SAME_PAGE_OF_BOB, SCAN, UID, Desk
from fakes.recorder import recorded
from sheetfed.core.errors import NotFound
from sheetfed.core.events import AccessChanged
from sheetfed.core.grant import GrantId
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL, NONE


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
