"""Password: whoever looks for it is waited for, and holds up nobody else."""

import asyncio

from fakes.bus import PrivateBus
from fakes.bus_fixtures import needs_root
from fakes.busclient import NOBODY, Client, client_on
from fakes.busdoor import FakeService
from fakes.polkit import FakePolkit
from sheetfed.bus.actions import Action
from sheetfed.bus.contract import MANAGER, ROOT
from sheetfed.bus.door import BusDoor
from sheetfed.bus.refusal import Refusal

pytestmark = needs_root

NOT_ALLOWED = "org.sheetfed1.Error.NotAllowed"
INTERACTION_REQUIRED = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
DEBUG = ("SetLogLevel", "s", "debug")


async def test_nobody_is_asked_for_a_password_unless_the_call_allows_it(
    nobody: Client, polkit: FakePolkit, service: FakeService
) -> None:
    polkit.with_password = {Action.MANAGE}
    error = await nobody.refused(*DEBUG)
    assert error.name == INTERACTION_REQUIRED
    assert (polkit.dialogs, service.level) == ({}, "info")


async def test_while_somebody_looks_for_the_password_all_others_are_answered(
    nobody: Client, client: Client, polkit: FakePolkit, service: FakeService
) -> None:
    polkit.with_password = {Action.MANAGE}
    call = asyncio.create_task(nobody.call(*DEBUG, may_ask=True))
    await polkit.shown()
    assert await nobody.get(ROOT, MANAGER, "Version") == "1.2.3"
    assert await client.get(ROOT, MANAGER, "Version") == "1.2.3"
    assert service.level == "info"
    polkit.give_password()
    await call
    assert service.level == "debug"


async def test_whoever_dismisses_the_question_is_refused(
    nobody: Client, polkit: FakePolkit
) -> None:
    polkit.with_password = {Action.MANAGE}
    call = asyncio.create_task(nobody.refused(*DEBUG, may_ask=True))
    await polkit.shown()
    polkit.dismiss()
    error = await call
    assert error.name == NOT_ALLOWED
    assert "canceled" in error.text


async def test_whoever_has_not_the_password_is_told_so(nobody: Client, polkit: FakePolkit) -> None:
    polkit.with_password = {Action.MANAGE}
    call = asyncio.create_task(nobody.refused(*DEBUG, may_ask=True))
    await polkit.shown()
    polkit.mistype_password()
    error = await call
    assert (error.name, error.text) == (
        NOT_ALLOWED,
        f"the authentication for {Action.MANAGE} has failed",
    )


async def test_where_nobody_can_be_asked_that_is_told(nobody: Client, polkit: FakePolkit) -> None:
    polkit.with_password, polkit.has_agent = {Action.MANAGE}, False
    error = await nobody.refused(*DEBUG, may_ask=True)
    assert error.name == NOT_ALLOWED
    assert "polkit knows nobody to ask" in error.text


async def test_the_question_goes_when_its_caller_has_left(
    bus: PrivateBus, door: BusDoor, polkit: FakePolkit
) -> None:
    polkit.with_password = {Action.MANAGE}
    async with client_on(bus.address, uid=NOBODY) as leaving:
        call = asyncio.create_task(leaving.call(*DEBUG, may_ask=True))
        await polkit.shown()
    await asyncio.wait({call})
    assert call.exception() is not None
    await polkit.closed()
    assert len(polkit.canceled) == 1


async def test_the_question_goes_when_the_service_stops(
    nobody: Client, door: BusDoor, polkit: FakePolkit
) -> None:
    polkit.with_password = {Action.MANAGE}
    call = asyncio.create_task(nobody.call(*DEBUG, may_ask=True))
    await polkit.shown()
    await door.close()
    await polkit.closed()
    await asyncio.wait({call})
    assert isinstance(call.exception(), Refusal)
