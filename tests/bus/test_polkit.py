"""Polkit: it decides who administers, is asked in a call's own name, and holds nobody up."""

import asyncio
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.bus_fixtures import needs_root
from fakes.busclient import Client
from fakes.busdoor import FakeService
from fakes.core import FakeCore
from fakes.devices import Sheet
from fakes.polkit import ACTIONS, FakePolkit, can_run_polkitd, polkit_on, polkitd_on
from sheetfed.bus.actions import NEEDS, Action
from sheetfed.bus.contract import DOCUMENT, JOB, ORIGIN, ROOT, SCANNER
from sheetfed.bus.polkit import NAME, Polkit
from sheetfed.core.errors import NotAllowed

NOT_ALLOWED = "org.sheetfed1.Error.NotAllowed"
INTERACTION_REQUIRED = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
SCAN = ("StartScan", "sa{sv}", "desk", {"paper_source": Variant("s", "feeder")})
DEBUG = ("SetLogLevel", "s", "debug")
RULE = """
polkit.addRule(function(action, subject) {
    if (action.id == "org.sheetfed1.manage" && subject.user == "nobody") return polkit.Result.YES;
});
"""


def test_the_actions_are_those_of_the_policy_file_and_the_service_may_ask_about_them() -> None:
    root = ET.parse(ACTIONS).getroot()
    defaults = {
        action.attrib["id"]: {each.tag: each.text for each in action.iterfind("defaults/*")}
        for action in root.iter("action")
    }
    keep = "auth_admin_keep"
    others = {"allow_any": keep, "allow_inactive": keep}
    assert defaults == {
        Action.MANAGE: {**others, "allow_active": keep},
        Action.MANAGE_ORIGINS: {**others, "allow_active": "yes"},
    }
    owner = "action/annotate[@key='org.freedesktop.policykit.owner']"
    assert [note.text for note in root.iterfind(owner)] == ["unix-user:sheetfed"] * len(Action)


@needs_root
@pytest.mark.parametrize(
    ("interface", "member"),
    [
        need
        for need in NEEDS
        if "Origin" not in need[1] and need[0] != ORIGIN and need[1] != "ImportStore"
    ],
)
async def test_without_polkit_only_root_administers(
    interface: str, member: str, nobody: Client, client: Client
) -> None:
    bodies = {
        "ExportStore": ("a{sv}", {"everybody": Variant("b", True)}),
        "PurgeStore": ("ta{sv}", 0, {"everybody": Variant("b", True)}),
        "RetryBackend": ("s", "desk"),
        "SetLogLevel": ("s", "debug"),
    }
    path = f"{ROOT}/scanner/desk" if interface == SCANNER else ROOT
    call = (member, *bodies.get(member, ()))
    error = await nobody.refused(*call, path=path, interface=interface, may_ask=True)
    assert error.name == NOT_ALLOWED
    assert "polkit is not there" in error.text
    reply = await client.ask(*call, path=path, interface=interface)
    for descriptor in reply.unix_fds:
        os.close(descriptor)


@needs_root
async def test_polkit_is_asked_about_the_connection_that_sent_the_call(
    nobody: Client, polkit: FakePolkit, service: FakeService
) -> None:
    polkit.allowed = {Action.MANAGE}
    await nobody.call(*DEBUG)
    assert polkit.asked == [(nobody.connection.unique_name, Action.MANAGE, 0)]
    assert service.level == "debug"


@needs_root
async def test_polkits_no_is_a_refusal_and_nothing_happens(
    nobody: Client, polkit: FakePolkit, service: FakeService
) -> None:
    error = await nobody.refused(*DEBUG, may_ask=True)
    assert error.name == NOT_ALLOWED
    assert error.text == f"only who has {Action.MANAGE} may do this, as polkit decides"
    assert service.level == "info"


@needs_root
async def test_root_is_not_asked_about(client: Client, polkit: FakePolkit) -> None:
    await client.call(*DEBUG)
    assert polkit.asked == []


@pytest.mark.parametrize("may_ask", [False, True])
async def test_a_polkit_that_does_not_answer_is_waited_for_so_long(
    may_ask: bool, client: Client, polkit: FakePolkit
) -> None:
    polkit.is_hung = True
    asking = Polkit(client.connection, answer_deadline_s=0.05, person_deadline_s=0.05)
    with pytest.raises(NotAllowed, match="not answered in time"):
        await asking.require(":1.1", Action.MANAGE, may_ask=may_ask)
    await client.connection.ask("GetId")
    if may_ask:
        await polkit.until(lambda: bool(polkit.canceled))


@needs_root
@pytest.mark.parametrize(
    "fault", ["org.freedesktop.DBus.Error.AccessDenied", f"{NAME}.Error.Failed"]
)
async def test_a_polkit_that_cannot_be_asked_is_named_to_callers_and_its_words_to_the_journal_alone(
    fault: str, nobody: Client, polkit: FakePolkit, caplog: pytest.LogCaptureFixture
) -> None:
    polkit.fault = fault
    for _ in range(2):
        error = await nobody.refused(*DEBUG)
        assert (error.name, error.text) == (
            NOT_ALLOWED,
            "polkit cannot be asked, and without it only root may do this",
        )
    assert [record.message.endswith("comm=somebody") for record in caplog.records] == [True]


@needs_root
async def test_an_administrator_by_polkit_sees_and_hears_everybody_but_reads_no_pages(
    nobody: Client, client: Client, polkit: FakePolkit, core: FakeCore
) -> None:
    polkit.allowed = {Action.MANAGE}
    core.devices.load(Sheet())
    job = await client.call(*SCAN)
    await client.heard("Finished")
    document = await client.get(job, JOB, "Document")
    assert not {job, document} & set(await nobody.managed())
    await nobody.call("Administer")
    assert {job, document} <= set(await nobody.managed())
    error = await nobody.refused("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    assert error.name == NOT_ALLOWED
    core.devices.load(Sheet())
    second = await client.call(*SCAN)
    await nobody.heard("Finished", lambda signal: signal.path == second)
    await nobody.call("Remove", path=document, interface=DOCUMENT)


@needs_root
async def test_it_lasts_as_long_as_polkit_says(
    nobody: Client, client: Client, polkit: FakePolkit, core: FakeCore
) -> None:
    core.devices.load(Sheet())
    job = await client.call(*SCAN)
    await client.heard("Finished")
    polkit.allowed = {Action.MANAGE}
    await nobody.call("Administer")
    polkit.change(Action.MANAGE)
    await polkit.until(lambda: len(polkit.asked) == 2)
    assert job in await nobody.managed()
    polkit.change()
    async with asyncio.timeout(10):
        while job in await nobody.managed():
            pass
    assert (await nobody.refused(*DEBUG)).name == NOT_ALLOWED


@needs_root
async def test_when_polkit_goes_only_root_administers(
    bus: PrivateBus, nobody: Client, client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet())
    job = await client.call(*SCAN)
    async with polkit_on(bus.address) as polkit:
        polkit.allowed = {Action.MANAGE}
        await nobody.call("Administer")
        assert job in await nobody.managed()
    async with asyncio.timeout(10):
        while job in await nobody.managed():
            pass
    assert (await nobody.refused(*DEBUG)).name == NOT_ALLOWED


@pytest.mark.skipif(not can_run_polkitd(), reason="polkitd needs root and a mount namespace")
async def test_the_real_polkit_knows_our_actions_and_decides(
    bus: PrivateBus, nobody: Client, service: FakeService, tmp_path: Path
) -> None:
    with polkitd_on(bus.address, tmp_path / "no"):
        for may_ask, error in ((False, INTERACTION_REQUIRED), (True, NOT_ALLOWED)):
            assert (await nobody.refused(*DEBUG, may_ask=may_ask)).name == error
    with polkitd_on(bus.address, tmp_path / "yes", script=RULE):
        await nobody.call(*DEBUG)
    assert service.level == "debug"
