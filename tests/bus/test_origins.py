"""Origins: each user sees, hears and decides what is theirs, with polkit's leave."""

import asyncio
from typing import Any

import pytest
from dbus_next.signature import Variant

from fakes.bus_fixtures import needs_root
from fakes.busclient import NOBODY, Client
from fakes.core import ADMIN, FakeCore
from fakes.polkit import FakePolkit
from sheetfed.bus.actions import Action
from sheetfed.bus.contract import ORIGIN
from sheetfed.bus.origin import ALL_USERS
from sheetfed.core.grant import identity
from sheetfed.core.model import Owner
from sheetfed.core.permissions import ALL, NONE, Permission, completed

pytestmark = needs_root

PAGE = "https://new.example"
SCAN = completed([Permission.SCAN])
SCAN_WORDS = ["list", "scan", "read"]
FOR_ALL = {"all_users": Variant("b", True)}


@pytest.fixture
async def nobody(nobody: Client) -> Client:
    """Who has called."""
    await nobody.managed()
    return nobody


def held(core: FakeCore, uid: int = 0, origin: str = PAGE) -> frozenset[Permission]:
    return core.grants.permissions(Owner(uid, origin))


async def origins(client: Client) -> dict[str, dict[str, Any]]:
    return {
        path: found[ORIGIN] for path, found in (await client.managed()).items() if ORIGIN in found
    }


async def refused(client: Client, *call: object, **how: object) -> str:
    return (await client.refused(*call, **how)).name.rpartition(".")[2]


async def test_a_request_is_told_and_is_an_object_that_can_be_granted(
    client: Client, core: FakeCore
) -> None:
    await client.managed()
    core.grants.request(Owner(0, PAGE), ALL)
    path = (await client.heard("AccessRequested")).body[0]
    added = await client.heard("InterfacesAdded")
    assert (added.body[0], list(added.body[1])) == (path, [ORIGIN])
    now = int(core.clock.now())
    assert await client.get_all(path, ORIGIN) == {
        "Origin": PAGE,
        "Uid": 0,
        "Configured": False,
        "State": "pending",
        "Permissions": [],
        "Wants": [*SCAN_WORDS, "upload"],
        "Since": now,
        "Until": 0,
        "LastUsed": 0,
    }
    options = {"permissions": Variant("as", ["scan"]), "until": Variant("t", now + 60)}
    await client.call("Grant", "a{sv}", options, path=path, interface=ORIGIN)
    changed = (await client.heard("PropertiesChanged")).body
    assert {name: value.value for name, value in changed[1].items()} == {
        "State": "granted",
        "Permissions": SCAN_WORDS,
        "Wants": [],
        "Until": now + 60,
    }
    assert held(core) == SCAN


async def test_without_words_what_it_asks_for_is_granted_beside_what_it_has(
    client: Client, core: FakeCore
) -> None:
    path = await client.call("AllowOrigin", "sa{sv}", PAGE, {})
    assert held(core) == SCAN
    core.grants.request(Owner(0, PAGE), ALL)
    await client.call("Grant", "a{sv}", {}, path=path, interface=ORIGIN)
    assert held(core) == ALL


async def test_what_is_denied_stays_an_object_until_it_is_revoked(
    client: Client, core: FakeCore
) -> None:
    path = await client.call("AllowOrigin", "sa{sv}", PAGE, {})
    await client.call("Deny", path=path, interface=ORIGIN)
    assert await client.get(path, ORIGIN, "State") == "denied"
    assert held(core) == NONE
    assert await refused(client, "Grant", "a{sv}", {}, path=path, interface=ORIGIN) == (
        "InvalidParameter"
    )
    await client.call("Revoke", path=path, interface=ORIGIN)
    assert (await client.heard("InterfacesRemoved")).body == [path, [ORIGIN]]
    assert await origins(client) == {}


async def test_an_origin_is_revoked_by_its_name(client: Client, core: FakeCore) -> None:
    await client.call("AllowOrigin", "sa{sv}", PAGE, FOR_ALL)
    assert await refused(client, "RevokeOrigin", "sa{sv}", PAGE, {}) == "NotFound"
    await client.call("RevokeOrigin", "sa{sv}", f"{PAGE}/", FOR_ALL)
    assert held(core) == NONE
    core.grants.configure([PAGE])
    assert await refused(client, "RevokeOrigin", "sa{sv}", PAGE, {}) == "WrongState"


async def test_an_origin_that_never_asked_is_denied(client: Client, core: FakeCore) -> None:
    path = await client.call("DenyOrigin", "sa{sv}", "HTTPS://New.example:443/", {})
    assert (await origins(client))[path]["Origin"] == PAGE
    core.grants.request(Owner(0, PAGE), SCAN)
    assert (await origins(client))[path]["State"] == "denied"


@pytest.mark.parametrize(
    ("origin", "options"),
    [
        ("null", {}),
        ("http://new.example", {}),
        ("https://bücher.example", {}),
        (PAGE, {"permissions": Variant("as", ["all"])}),
        (PAGE, {"permissions": Variant("s", "scan")}),
        (PAGE, {"until": Variant("t", 5)}),
        (PAGE, {"until": Variant("s", "tomorrow")}),
        (PAGE, {"all_users": Variant("s", "yes")}),
        (PAGE, {"uid": Variant("u", ALL_USERS)}),
        (PAGE, {"uid": Variant("u", 5), **FOR_ALL}),
        (PAGE, {"forever": Variant("b", True)}),
    ],
)
async def test_what_cannot_be_allowed_is_refused(
    client: Client, core: FakeCore, origin: str, options: dict[str, Variant]
) -> None:
    assert await refused(client, "AllowOrigin", "sa{sv}", origin, options) == "InvalidParameter"
    assert core.grants.known() == []


async def test_what_is_for_all_users_is_seen_by_all_and_decided_by_administrators(
    client: Client, nobody: Client, core: FakeCore, polkit: FakePolkit
) -> None:
    polkit.allowed = {Action.MANAGE_ORIGINS}
    path = await client.call("AllowOrigin", "sa{sv}", PAGE, FOR_ALL)
    await nobody.heard("InterfacesAdded")
    assert (await origins(nobody))[path]["Uid"] == ALL_USERS
    assert held(core, NOBODY) == SCAN
    for call in (("Revoke",), ("Deny",), ("Grant", "a{sv}", {})):
        assert await refused(nobody, *call, path=path, interface=ORIGIN) == "NotAllowed"
    assert held(core, NOBODY) == SCAN
    assert {action for _, action, _ in polkit.asked} == {Action.MANAGE}
    polkit.allowed = {Action.MANAGE}
    await nobody.call("Revoke", path=path, interface=ORIGIN)
    assert held(core, NOBODY) == NONE


async def test_a_user_at_the_machine_decides_what_is_for_that_user(
    nobody: Client, core: FakeCore, polkit: FakePolkit
) -> None:
    polkit.allowed = {Action.MANAGE_ORIGINS}
    path = await nobody.call("AllowOrigin", "sa{sv}", PAGE, {})
    assert (held(core, NOBODY), held(core, 0)) == (SCAN, NONE)
    await nobody.call("Revoke", path=path, interface=ORIGIN)
    assert held(core, NOBODY) == NONE
    for options in (FOR_ALL, {"uid": Variant("u", 0)}):
        for member in ("AllowOrigin", "DenyOrigin", "RevokeOrigin"):
            assert await refused(nobody, member, "sa{sv}", PAGE, options) == "NotAllowed"
    assert core.grants.known() == []


async def test_without_polkit_an_ordinary_user_decides_nothing_here(
    nobody: Client, core: FakeCore
) -> None:
    core.grants.request(Owner(NOBODY, PAGE), SCAN)
    (path,) = await origins(nobody)
    for call in (("Revoke",), ("Deny",), ("Grant", "a{sv}", {})):
        assert await refused(nobody, *call, path=path, interface=ORIGIN) == "NotAllowed"
    for member in ("AllowOrigin", "DenyOrigin", "RevokeOrigin"):
        assert await refused(nobody, member, "sa{sv}", PAGE, {}) == "NotAllowed"
    assert held(core, NOBODY) == NONE


async def test_an_administrator_decides_for_another_user(client: Client, core: FakeCore) -> None:
    options = {"uid": Variant("u", NOBODY)}
    await client.call("AllowOrigin", "sa{sv}", PAGE, options)
    assert (held(core, NOBODY), held(core, 0)) == (SCAN, NONE)
    await client.call("DenyOrigin", "sa{sv}", PAGE, options)
    assert held(core, NOBODY) == NONE


async def test_a_second_user_sees_hears_and_decides_nothing_of_anothers_origins(
    client: Client, nobody: Client, core: FakeCore, polkit: FakePolkit
) -> None:
    polkit.allowed = {Action.MANAGE_ORIGINS}
    await client.managed()
    core.grants.request(Owner(0, PAGE), SCAN)
    path = (await client.heard("AccessRequested")).body[0]
    await client.call("Grant", "a{sv}", {}, path=path, interface=ORIGIN)
    core.grants.use(Owner(0, PAGE))
    assert await origins(nobody) == {}
    xml = await nobody.call("Introspect", interface="org.freedesktop.DBus.Introspectable")
    assert '<node name="origin"' not in xml
    for call in (("Revoke",), ("Deny",), ("Grant", "a{sv}", {})):
        assert await refused(nobody, *call, path=path, interface=ORIGIN) == "UnknownObject"
    await client.call("Revoke", path=path, interface=ORIGIN)
    await nobody.managed()
    told = [(signal.path, signal.body) for signal in nobody.signals]
    assert [each for each in told if path in str(each) or PAGE in str(each)] == []


async def test_an_administrator_hears_of_everybodys_requests(
    client: Client, core: FakeCore
) -> None:
    await client.managed()
    core.grants.request(Owner(NOBODY, PAGE), SCAN)
    path = (await client.heard("AccessRequested")).body[0]
    assert await client.get(path, ORIGIN, "Uid") == NOBODY


async def test_what_the_configuration_lets_in_is_shown_and_changed_there_alone(
    client: Client, core: FakeCore
) -> None:
    await client.managed()
    core.grants.configure([PAGE])
    path = (await client.heard("InterfacesAdded")).body[0]
    found = await client.get_all(path, ORIGIN)
    assert (found["Configured"], found["State"], found["Uid"]) == (True, "granted", ALL_USERS)
    for call in (("Revoke",), ("Deny",), ("Grant", "a{sv}", {})):
        assert await refused(client, *call, path=path, interface=ORIGIN) == "WrongState"
    core.grants.configure([])
    assert (await client.heard("InterfacesRemoved")).body[0] == path


async def test_it_says_when_it_was_used_last(client: Client, core: FakeCore) -> None:
    await core.grants.allow(ADMIN, PAGE, SCAN, uid=0)
    core.grants.use(Owner(0, PAGE))
    (found,) = (await origins(client)).values()
    assert found["LastUsed"] == int(core.clock.now())


async def test_what_was_taken_back_while_somebody_looked_for_the_password_is_not_granted(
    nobody: Client, core: FakeCore, polkit: FakePolkit
) -> None:
    core.grants.request(Owner(NOBODY, PAGE), SCAN)
    (path,) = [path for path, found in (await origins(nobody)).items() if found["Origin"] == PAGE]
    polkit.with_password = {Action.MANAGE_ORIGINS}
    granting = asyncio.create_task(
        refused(nobody, "Grant", "a{sv}", {}, path=path, interface=ORIGIN, may_ask=True)
    )
    await polkit.shown()
    await core.grants.revoke(ADMIN, identity(NOBODY, PAGE))
    polkit.give_password()
    assert await granting == "UnknownObject"
    assert held(core, NOBODY) == NONE
