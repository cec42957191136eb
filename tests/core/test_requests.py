"""Requests: a page that floods buries nobody else's, and its own only."""

import pytest

from core.test_grants import SCAN, UID, Desk
from fakes.core import BOB
from sheetfed.core.errors import TooMany
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL
from sheetfed.core.requests import (
    NEW_OF_SITE_AT_MOST,
    NEW_OF_USER_AT_MOST,
    NEW_WITHIN_S,
    OF_SITE_AT_MOST,
    OF_USER_AT_MOST,
)


def page(number: int, site: str = "evil.example", uid: int = UID) -> Owner:
    return Owner(uid, f"https://a{number}.{site}")


def pending(desk: Desk) -> set[str]:
    return {found.origin for found in desk.grants.known() if found.request is not None}


def test_a_sites_oldest_requests_give_way_to_its_newest() -> None:
    desk = Desk()
    desk.ask(Owner(UID, "https://other.example"))
    for number in range(100):
        desk.clock.advance(NEW_WITHIN_S)
        desk.ask(page(number))
    newest = {page(number).origin for number in range(100 - OF_SITE_AT_MOST, 100)}
    assert pending(desk) == {"https://other.example"} | newest


def test_the_requests_to_one_user_are_bounded_and_another_users_stay() -> None:
    desk = Desk()
    desk.ask(page(0, uid=BOB.owner.uid))
    for number in range(100):
        desk.clock.advance(NEW_WITHIN_S)
        desk.ask(page(number, f"evil{number}.example"))
    assert page(0).origin in pending(desk)
    assert len(pending(desk)) == OF_USER_AT_MOST + 1


def test_a_site_that_asks_too_fast_is_refused_and_no_other() -> None:
    desk = Desk()
    for number in range(NEW_OF_SITE_AT_MOST):
        desk.ask(page(number))
    with pytest.raises(TooMany):
        desk.ask(page(100))
    desk.ask(page(NEW_OF_SITE_AT_MOST - 1))
    desk.ask(page(1, "other.example"))
    desk.clock.advance(NEW_WITHIN_S)
    desk.ask(page(100))
    assert page(100).origin in pending(desk)


def test_many_sites_that_ask_too_fast_leave_another_user_alone() -> None:
    desk = Desk()
    for number in range(NEW_OF_USER_AT_MOST):
        desk.ask(page(number, f"evil{number}.example"))
    with pytest.raises(TooMany):
        desk.ask(page(1, "other.example"))
    desk.ask(page(1, "other.example", uid=BOB.owner.uid))


async def test_what_was_decided_does_not_give_way() -> None:
    desk = Desk()
    owner = page(0)
    await desk.grants.allow(BOB, owner.origin or "", SCAN, uid=UID)
    desk.ask(owner, ALL)
    for number in range(1, 50):
        desk.clock.advance(NEW_WITHIN_S)
        desk.ask(page(number))
    assert owner.origin not in pending(desk)
    assert desk.grants.permissions(owner) == SCAN
