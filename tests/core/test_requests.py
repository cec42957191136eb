"""Requests: a page that floods buries nobody else's, and its own only."""

from core.test_grants import SCAN, UID, Desk
from fakes.core import BOB
from sheetfed.core.model import Owner
from sheetfed.core.requests import OF_SITE_AT_MOST, OF_USER_AT_MOST


def page(number: int, site: str = "evil.example", uid: int = UID) -> Owner:
    return Owner(uid, f"https://a{number}.{site}")


def pending(desk: Desk) -> set[str]:
    return {found.origin for found in desk.grants.known() if found.request is not None}


def test_a_sites_oldest_requests_give_way_to_its_newest() -> None:
    desk = Desk()
    desk.ask(Owner(UID, "https://other.example"))
    for number in range(100):
        desk.clock.advance(1)
        desk.ask(page(number))
    newest = {page(number).origin for number in range(100 - OF_SITE_AT_MOST, 100)}
    assert pending(desk) == {"https://other.example"} | newest


def test_the_requests_to_one_user_are_bounded_and_another_users_stay() -> None:
    desk = Desk()
    desk.ask(page(0, uid=BOB.owner.uid))
    for number in range(100):
        desk.clock.advance(1)
        desk.ask(page(number, f"evil{number}.example"))
    assert page(0).origin in pending(desk)
    assert len(pending(desk)) == OF_USER_AT_MOST + 1


async def test_what_was_decided_does_not_give_way() -> None:
    desk = Desk()
    owner = page(0)
    await desk.grants.allow(BOB, owner.origin or "", SCAN, uid=UID)
    desk.ask(owner, frozenset(SCAN | {*desk.grants.permissions(Owner(UID))}))
    for number in range(1, 50):
        desk.clock.advance(1)
        desk.ask(page(number))
    assert owner.origin not in pending(desk)
    assert desk.grants.permissions(owner) == SCAN
