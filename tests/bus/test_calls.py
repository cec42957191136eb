"""Method calls: every one is answered, rightly or with an error that gives nothing away."""

import asyncio
import os
from pathlib import Path

import pytest
from dbus_next.constants import MessageFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from fakes.busclient import DBUS, Client
from fakes.busdoor import FakeService
from fakes.core import FakeCore
from sheetfed.bus.contract import JOB, MANAGER, NAME, ROOT, SCANNER
from sheetfed.bus.exporter import CALLS_AT_MOST
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Caller, Owner, ScanSettings


async def _refused(
    client: Client, member: str, signature: str = "", *body: object, **at: str
) -> str:
    with pytest.raises(Refusal) as refused:
        await client.call(member, signature, *body, **at)
    return refused.value.name


@pytest.mark.parametrize(
    ("member", "signature", "body", "at", "error"),
    [
        ("Fly", "", [], {}, "UnknownMethod"),
        ("StartScan", "s", ["desk"], {}, "InvalidArgs"),
        ("Cancel", "", [], {"path": f"{ROOT}/job/j0", "interface": JOB}, "UnknownObject"),
        ("Cancel", "", [], {"path": ROOT, "interface": JOB}, "UnknownInterface"),
        ("Reload", "", [], {"path": f"{ROOT}/scanner"}, "UnknownObject"),
        ("Get", "ss", [MANAGER, "Colour"], {"interface": f"{DBUS}.Properties"}, "UnknownProperty"),
        ("Get", "ss", [JOB, "State"], {"interface": f"{DBUS}.Properties"}, "UnknownInterface"),
        ("Get", "s", [MANAGER], {"interface": f"{DBUS}.Properties"}, "InvalidArgs"),
        ("Find", "", [], {"interface": f"{DBUS}.Properties"}, "UnknownMethod"),
        ("GetAll", "s", [""], {"path": "/", "interface": f"{DBUS}.Properties"}, "UnknownObject"),
        (
            "Introspect",
            "",
            [],
            {"path": "/a", "interface": f"{DBUS}.Introspectable"},
            "UnknownObject",
        ),
        (
            "GetManagedObjects",
            "",
            [],
            {"path": "/org", "interface": f"{DBUS}.ObjectManager"},
            "UnknownMethod",
        ),
    ],
)  # fmt: skip
async def test_what_is_not_in_the_contract_is_refused_in_d_bus_own_words(
    client: Client,
    member: str,
    signature: str,
    body: list[object],
    at: dict[str, str],
    error: str,
) -> None:
    refusal = await _refused(client, member, signature, *body, **at)
    assert refusal == f"org.freedesktop.DBus.Error.{error}"


async def test_properties_cannot_be_set(client: Client) -> None:
    refusal = await _refused(
        client,
        "Set",
        "ssv",
        MANAGER,
        "LogLevel",
        Variant("s", "debug"),
        interface=f"{DBUS}.Properties",
    )
    assert refusal == "org.freedesktop.DBus.Error.PropertyReadOnly"


async def test_an_unexpected_exception_is_told_without_detail_and_logged_with_it(
    client: Client, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    service.fault = RuntimeError("the secret of /etc/shadow")
    with pytest.raises(Refusal) as refused:
        await client.call("Reload")
    assert (refused.value.name, refused.value.text) == (
        "org.sheetfed1.Error.Internal",
        "internal error",
    )
    assert "the secret of /etc/shadow" in caplog.text


async def test_a_wrongly_typed_result_is_an_error_at_once(
    client: Client, service: FakeService
) -> None:
    service.level = 5  # type: ignore[assignment]
    async with asyncio.timeout(2):
        with pytest.raises(Refusal) as refused:
            await client.get(ROOT, MANAGER, "LogLevel")
    assert refused.value.name == "org.sheetfed1.Error.Internal"


async def test_an_error_of_the_table_keeps_its_words(client: Client, service: FakeService) -> None:
    service.fault = InvalidParameter("store.max_bytes: 7 is too small")
    with pytest.raises(Refusal) as refused:
        await client.call("Reload")
    assert refused.value.text == "store.max_bytes: 7 is too small"


async def test_descriptors_that_a_caller_sends_along_are_closed(client: Client) -> None:
    with open(os.devnull, "rb") as file:
        before = _descriptors()
        for _ in range(20):
            call = Message(
                destination=NAME,
                path=ROOT,
                interface=MANAGER,
                member="Reload",
                signature="h",
                body=[0],
                unix_fds=[file.fileno()],
            )
            assert (await client.connection.call(call)).error_name.endswith("InvalidArgs")
        assert _descriptors() == before


async def test_one_connection_cannot_pile_up_calls(client: Client, core: FakeCore) -> None:
    core.devices.surveying.shut()
    calls = [asyncio.create_task(client.call("RefreshScanners")) for _ in range(CALLS_AT_MOST + 5)]
    refused, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    for task in refused:
        error = task.exception()
        assert isinstance(error, Refusal)
        assert error.name == "org.freedesktop.DBus.Error.LimitsExceeded"
    core.devices.surveying.open()
    await asyncio.wait(calls)
    assert await client.get(ROOT, MANAGER, "Version") == "1.2.3"


async def test_a_call_that_wants_no_reply_gets_none_and_is_carried_out(
    client: Client, service: FakeService
) -> None:
    call = Message(
        destination=NAME,
        path=ROOT,
        interface=MANAGER,
        member="Reload",
        flags=MessageFlag.NO_REPLY_EXPECTED,
    )
    await client.connection.send_and_wait(call)
    await client.get(ROOT, MANAGER, "Version")
    assert service.reloads == 1


async def test_text_that_d_bus_cannot_carry_does_not_throw_the_service_off_the_bus(
    client: Client, core: FakeCore
) -> None:
    core.grants.configure(["https://app.example.org"])
    job = await core.jobs.start(
        Caller(Owner(os.getuid(), "https://app.example.org")),
        ScanSettings(ignored=("a\0b", "c\ud800d")),
    )
    told = await client.get_all(f"{ROOT}/job/{job.id}", JOB)
    assert told["Ignored"] == ["a\ufffdb", "c?d"]


async def test_peer_answers(client: Client) -> None:
    assert await client.call("Ping", interface=f"{DBUS}.Peer") is None


async def test_the_standard_interfaces_have_no_properties(client: Client) -> None:
    assert await client.get_all(ROOT, f"{DBUS}.Peer") == {}


async def test_introspection_shows_what_the_files_say_with_their_words(client: Client) -> None:
    path = f"{ROOT}/scanner/desk"
    xml = await client.call("Introspect", path=path, interface=f"{DBUS}.Introspectable")
    assert f'<interface name="{SCANNER}">' in xml
    assert "What it is called, as its driver says." in xml


@pytest.mark.parametrize(
    ("path", "children"),
    [
        ("/", {"org"}),
        ("/org", {"sheetfed1"}),
        (ROOT, {"scanner"}),
        (f"{ROOT}/scanner", {"desk", "hall"}),
    ],
)
async def test_introspection_leads_from_the_root_to_every_object(
    client: Client, path: str, children: set[str]
) -> None:
    xml = await client.call("Introspect", path=path, interface=f"{DBUS}.Introspectable")
    assert {line.split('"')[1] for line in xml.splitlines() if "<node name=" in line} == children


async def test_busctl_reads_every_property(client: Client, bus_address: str) -> None:
    process = await asyncio.create_subprocess_exec(
        "busctl", f"--address={bus_address}", "introspect", NAME, f"{ROOT}/scanner/desk",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    shown, _ = await process.communicate()
    assert process.returncode == 0
    assert b'"Desk scanner"' in shown


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
