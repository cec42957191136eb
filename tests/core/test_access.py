"""Access: who may scan, what web origins may do, who sees what."""

from pathlib import Path

import pytest

from fakes.accounts import FakeAccounts
from fakes.clock import FakeClock
from fakes.core import ADMIN, ALICE, ALICE_ON_THE_WEB, BOB, ORIGIN
from fakes.grants import MemoryGrantBook
from sheetfed.core import access as access_module
from sheetfed.core.access import THE_SERVICE, Access
from sheetfed.core.errors import NotAllowed, OriginNotGranted
from sheetfed.core.events import Hub
from sheetfed.core.grants import Grants
from sheetfed.core.permissions import ALL, NONE, Permission, completed


def access(*rules: str, origins: tuple[str, ...] = ()) -> Access:
    accounts = FakeAccounts({"@scanner": {1000}, "active": set()})
    return Access(accounts=accounts, scan_rules=rules, grants=grants(*origins))


def grants(*origins: str) -> Grants:
    return Grants(book=MemoryGrantBook(), hub=Hub(), clock=FakeClock(), configured=origins)


async def test_a_user_whom_any_rule_names_may_scan() -> None:
    await access("root", "active", "@scanner").require(ALICE, Permission.SCAN)


@pytest.mark.parametrize("permission", [Permission.SCAN, Permission.LIST])
async def test_a_user_whom_no_rule_names_may_not_scan_and_is_told_where_to_look(
    permission: Permission,
) -> None:
    with pytest.raises(NotAllowed, match=r"sheetfed\.toml") as caught:
        await access("root", "@scanner").require(BOB, permission)
    assert caught.value.details == {"uid": 1001}


async def test_without_rules_nobody_may_scan() -> None:
    with pytest.raises(NotAllowed):
        await access().require(ADMIN, Permission.SCAN)


@pytest.mark.parametrize("permission", [Permission.READ, Permission.UPLOAD])
async def test_what_takes_no_scanner_is_for_every_user(permission: Permission) -> None:
    await access().require(BOB, permission)


async def test_a_web_page_may_do_what_its_origin_was_allowed_and_nothing_else() -> None:
    held = grants()
    only = Access(accounts=FakeAccounts(), scan_rules=["*"], grants=held)
    scan = completed([Permission.SCAN])
    await held.allow(ALICE, ORIGIN, scan, uid=ALICE.owner.uid)
    await only.require(ALICE_ON_THE_WEB, Permission.READ)
    with pytest.raises(OriginNotGranted, match="no permission to upload") as caught:
        await only.require(ALICE_ON_THE_WEB, Permission.UPLOAD)
    assert caught.value.details == {"origin": ORIGIN, "permission": "upload"}


async def test_a_configured_origin_may_do_all() -> None:
    await access("*", origins=(ORIGIN,)).require(ALICE_ON_THE_WEB, Permission.UPLOAD)


async def test_a_reloaded_configuration_replaces_the_rules() -> None:
    changed = access("@scanner")
    changed.change(scan_rules=["*"])
    await changed.require(BOB, Permission.SCAN)


async def test_a_call_that_is_let_in_is_a_use_of_its_origin() -> None:
    held = grants()
    door = Access(accounts=FakeAccounts(), scan_rules=["*"], grants=held)
    assert door.admitted(ALICE_ON_THE_WEB.owner) == NONE
    assert door.admitted(ALICE.owner) == ALL
    await held.allow(ALICE, ORIGIN, ALL, uid=None)
    assert held.known()[0].last_used is None
    assert door.admitted(ALICE_ON_THE_WEB.owner) == door.permissions(ALICE_ON_THE_WEB.owner) == ALL
    assert held.known()[0].last_used == FakeClock().now()


def test_an_owner_sees_their_own_and_an_administrator_everything() -> None:
    assert Access.may_see(ALICE, ALICE.owner)
    assert Access.may_see(ADMIN, ALICE.owner)


def test_other_users_and_the_same_user_on_another_origin_see_nothing() -> None:
    assert not Access.may_see(BOB, ALICE.owner)
    assert not Access.may_see(ALICE, ALICE_ON_THE_WEB.owner)
    assert not Access.may_see(ALICE_ON_THE_WEB, ALICE.owner)


def test_the_service_itself_sees_everything_and_changes_nothing_of_anybodys() -> None:
    for caller in (ALICE, BOB, ALICE_ON_THE_WEB):
        assert Access.may_see(THE_SERVICE, caller.owner)
        assert not Access.may_change(THE_SERVICE, caller.owner)


def test_who_sees_everything_without_being_asked_is_a_short_list() -> None:
    """Whoever comes to it has to keep what it sees from those who may not."""
    package = Path(access_module.__file__).parent.parent
    naming = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "THE_SERVICE" in file.read_text()
    }
    assert naming == {
        "core/access.py",
        "bus/herald.py",
        "bus/report.py",
        "bus/context.py",
        "metering.py",
    }
