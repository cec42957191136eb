"""Access: who may scan, which origins are let in, who sees what."""

import pytest

from fakes.accounts import FakeAccounts
from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB, ORIGIN
from sheetfed.core.access import Access
from sheetfed.core.errors import NotAllowed


def access(*rules: str) -> Access:
    accounts = FakeAccounts({"@scanner": {1000}, "active": set()})
    return Access(accounts=accounts, scan_rules=rules, origins=[ORIGIN])


async def test_a_user_whom_any_rule_names_may_scan() -> None:
    await access("root", "active", "@scanner").require_scan(ALICE)


async def test_a_user_whom_no_rule_names_may_not_scan_and_is_told_where_to_look() -> None:
    with pytest.raises(NotAllowed, match=r"sheetfed\.toml") as caught:
        await access("root", "@scanner").require_scan(BOB)
    assert caught.value.details == {"uid": 1001}


async def test_without_rules_nobody_may_scan() -> None:
    with pytest.raises(NotAllowed):
        await access().require_scan(ADMIN)


def test_only_the_listed_origins_are_granted() -> None:
    assert access().is_granted(ORIGIN)
    assert not access().is_granted(ORIGIN + ".evil.example")


async def test_a_reloaded_configuration_replaces_rules_and_origins() -> None:
    changed = access("@scanner")
    changed.change(scan_rules=["*"], origins=["https://new.example"])
    await changed.require_scan(BOB)
    assert changed.is_granted("https://new.example")
    assert not changed.is_granted(ORIGIN)


def test_an_owner_sees_their_own_and_an_administrator_everything() -> None:
    assert Access.may_see(ALICE, ALICE.owner)
    assert Access.may_see(ADMIN, ALICE.owner)


def test_other_users_and_the_same_user_on_another_origin_see_nothing() -> None:
    assert not Access.may_see(BOB, ALICE.owner)
    assert not Access.may_see(ALICE, ALICE_ON_THE_WEB.owner)
    assert not Access.may_see(ALICE_ON_THE_WEB, ALICE.owner)
