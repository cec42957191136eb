"""The bus files: who may own the name and reach which interface, asked of a real dbus-daemon."""

import asyncio
import configparser
import getpass
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from dbus_next import Message, MessageType, RequestNameReply
from dbus_next.errors import DBusError

from fakes.bus import SYSTEM_POLICY
from sheetfed.bus.connection import Connection

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "dbus" / "org.sheetfed1.conf"
ACTIVATION = ROOT / "dbus" / "org.sheetfed1.service"
NAME, PATH = "org.sheetfed1", "/org/sheetfed1"
SYSTEM_BUS = """<busconfig>
  <type>system</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
{system_policy}  <include>{folder}/policy.conf</include>
</busconfig>
"""
STANDARD = ("Properties", "Introspectable", "ObjectManager", "Peer")
CONTRACT = sorted(
    interface.attrib["name"]
    for file in (ROOT / "dbus").glob("org.sheetfed1.*.xml")
    for interface in ET.parse(file).getroot().iter("interface")
)


@asynccontextmanager
async def _system_bus(folder: Path, *, we_are: str | None) -> AsyncIterator[str]:
    """A bus under our policy, in which this test's user plays that user's part."""

    def played(user: re.Match[str]) -> str:
        return f'user="{getpass.getuser() if user[1] == we_are else "daemon"}"'

    (folder / "policy.conf").write_text(re.sub('user="(.+?)"', played, POLICY.read_text()))
    (folder / "bus.conf").write_text(SYSTEM_BUS.format(folder=folder, system_policy=SYSTEM_POLICY))
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon",
        f"--config-file={folder}/bus.conf",
        "--nofork",
        "--print-address",
        stdout=asyncio.subprocess.PIPE,
    )
    assert daemon.stdout is not None
    try:
        address = (await asyncio.wait_for(daemon.stdout.readline(), 10)).decode().strip()
        yield address
    finally:
        daemon.terminate()
        await asyncio.wait_for(daemon.communicate(), 10)


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Connection]:
    bus = await Connection.open(address)
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def _client_of_a_service(folder: Path) -> AsyncIterator[Connection]:
    """A connection to a bus on which a service owns our name and answers everything."""
    async with (
        _system_bus(folder, we_are="sheetfed") as address,
        _connected(address) as service,
        _connected(address) as client,
    ):
        service.add_message_handler(
            lambda message: (
                Message.new_method_return(message)
                if message.message_type is MessageType.METHOD_CALL
                else None
            )
        )
        await service.request_name(NAME)
        yield client


async def _error(client: Connection, interface: str | None) -> str | None:
    call = Message(destination=NAME, path=PATH, interface=interface, member="Anything")
    answer = await client.call(call)
    assert answer is not None
    return answer.error_name


@pytest.mark.parametrize("user", ["sheetfed", "root"])
async def test_the_service_and_root_may_own_the_name(user: str, tmp_path: Path) -> None:
    async with _system_bus(tmp_path, we_are=user) as address, _connected(address) as bus:
        assert await bus.request_name(NAME) is RequestNameReply.PRIMARY_OWNER


async def test_nobody_else_may_own_the_name(tmp_path: Path) -> None:
    async with _system_bus(tmp_path, we_are=None) as address, _connected(address) as bus:
        with pytest.raises(DBusError, match="not allowed to own"):
            await bus.request_name(NAME)


async def test_every_interface_of_the_contract_can_be_called(tmp_path: Path) -> None:
    standard = [f"org.freedesktop.DBus.{name}" for name in STANDARD]
    assert CONTRACT
    async with _client_of_a_service(tmp_path) as client:
        answers = {name: await _error(client, name) for name in [*CONTRACT, *standard]}
    assert answers == dict.fromkeys([*CONTRACT, *standard])


@pytest.mark.parametrize("interface", ["org.sheetfed1.Secret", "org.freedesktop.DBus", None])
async def test_no_other_interface_can_be_called(interface: str | None, tmp_path: Path) -> None:
    async with _client_of_a_service(tmp_path) as client:
        assert await _error(client, interface) == "org.freedesktop.DBus.Error.AccessDenied"


def test_a_call_starts_the_unit_as_its_user() -> None:
    activation = configparser.RawConfigParser()
    activation.read(ACTIVATION)
    unit = configparser.RawConfigParser(strict=False)
    unit.read(ROOT / "systemd" / "sheetfed.service")
    asked = activation["D-BUS Service"]
    assert asked["Name"] == ACTIVATION.stem == NAME
    assert asked["SystemdService"] == "sheetfed.service"
    assert asked["User"] == unit["Service"]["User"]
