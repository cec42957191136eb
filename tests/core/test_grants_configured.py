"""Grants configured: origins that the administrator lets in."""

import pytest

from fakes.core import ALICE, ORIGIN
from fakes.grantdesk import PAGE, UID, Desk
from fakes.recorder import recorded
from sheetfed.core.errors import WrongState
from sheetfed.core.events import AccessChanged
from sheetfed.core.grant import GrantState
from sheetfed.core.permissions import ALL, NONE


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
