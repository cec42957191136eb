"""Privacy: one user's jobs, documents and signals never reach another's connection."""

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.bus_fixtures import needs_root
from fakes.busclient import NOBODY, Client, client_on
from fakes.core import FakeCore
from fakes.devices import Sheet
from sheetfed.bus.contract import DOCUMENT, JOB, MANAGER, NAME, ROOT, SCANNER
from sheetfed.bus.door import BusDoor
from sheetfed.bus.refusal import Refusal
from sheetfed.core.model import Caller, InstanceId, Owner, ScanSettings

pytestmark = needs_root

ORIGIN = "https://app.example.org"
FEEDER = {"paper_source": Variant("s", "feeder")}


async def _scan(client: Client, core: FakeCore) -> tuple[str, str]:
    """The paths of a job and its document."""
    core.devices.load(Sheet())
    job = await client.call("StartScan", "sa{sv}", "desk", FEEDER)
    await client.heard("Finished", lambda signal: signal.path == job)
    return job, await client.get(job, JOB, "Document")


async def test_a_second_user_hears_nothing_of_a_scan(
    client: Client, nobody: Client, core: FakeCore
) -> None:
    await nobody.managed()
    paths = await _scan(client, core)
    await nobody.managed()
    private = [
        signal
        for signal in nobody.signals
        if not signal.path.startswith(f"{ROOT}/scanner/")
        or any(path in str(signal.body) for path in paths)
    ]
    assert not private


async def test_a_second_user_hears_nothing_of_what_becomes_of_a_document(
    client: Client, nobody: Client, core: FakeCore
) -> None:
    await nobody.managed()
    _, document = await _scan(client, core)
    at = {"path": document, "interface": DOCUMENT}
    await client.call("Edit", "usa{sv}", 0, "mirror", {}, **at)
    await client.read("Export", "sa{sv}", "pdf", {}, **at)
    await client.call("Remove", **at)
    await client.heard("InterfacesRemoved", lambda signal: signal.body[0] == document)
    with pytest.raises(Refusal):
        await nobody.call("Edit", "usa{sv}", 0, "mirror", {}, **at)
    assert not [signal for signal in nobody.signals if document in str((signal.path, signal.body))]


async def test_a_connection_that_never_called_hears_nothing(
    client: Client, bus: PrivateBus, core: FakeCore
) -> None:
    async with client_on(bus.address) as silent:
        await _scan(client, core)
        await silent.connection.ask("GetId")
        assert all(signal.path.startswith(f"{ROOT}/scanner/") for signal in silent.signals)


async def test_a_second_user_sees_none_of_the_objects(
    client: Client, nobody: Client, core: FakeCore
) -> None:
    job, document = await _scan(client, core)
    assert not {job, document} & set(await nobody.managed())
    assert await nobody.get(ROOT, MANAGER, "Jobs") == []
    xml = await nobody.call("Introspect", interface="org.freedesktop.DBus.Introspectable")
    assert '<node name="job"' not in xml
    for path, interface in ((job, JOB), (document, DOCUMENT)):
        with pytest.raises(Refusal) as refused:
            await nobody.get_all(path, interface)
        assert refused.value.name == "org.freedesktop.DBus.Error.UnknownObject"


async def test_a_second_user_can_neither_cancel_nor_remove(
    client: Client, nobody: Client, core: FakeCore
) -> None:
    job, document = await _scan(client, core)
    for member, path, interface in (("Cancel", job, JOB), ("Remove", document, DOCUMENT)):
        with pytest.raises(Refusal) as refused:
            await nobody.call(member, path=path, interface=interface)
        assert refused.value.name == "org.freedesktop.DBus.Error.UnknownObject"


async def test_an_administrator_sees_other_users_documents_but_never_their_pages(
    client: Client, nobody: Client, core: FakeCore
) -> None:
    _, document = await _scan(nobody, core)
    assert (await client.get_all(document, DOCUMENT))["OwnerUid"] == NOBODY
    for call in (("Export", "sa{sv}", "pdf", {}), ("GetPage", "usa{sv}", 0, "png", {})):
        with pytest.raises(Refusal) as refused:
            await client.call(*call, path=document, interface=DOCUMENT)
        assert refused.value.name == "org.sheetfed1.Error.NotAllowed"
    await client.call("Remove", path=document, interface=DOCUMENT)
    assert document not in await nobody.managed()


async def test_an_administrator_hears_of_other_users_jobs(
    client: Client, nobody: Client, core: FakeCore
) -> None:
    await client.managed()
    job, _ = await _scan(nobody, core)
    await client.heard("Finished", lambda signal: signal.path == job)


async def test_a_users_programs_reach_what_their_web_pages_scanned(
    nobody: Client, core: FakeCore
) -> None:
    core.grants.configure([ORIGIN])
    await nobody.managed()
    core.devices.load(Sheet())
    caller = Caller(Owner(NOBODY, ORIGIN))
    started = await core.jobs.start(caller, ScanSettings(), InstanceId("a"))
    finished = await nobody.heard("Finished")
    assert finished.path == f"{ROOT}/job/{started.id}"
    document = await nobody.get(finished.path, JOB, "Document")
    assert (await nobody.get_all(document, DOCUMENT))["OwnerOrigin"] == ORIGIN
    content = await nobody.read("Export", "sa{sv}", "pdf", {}, path=document, interface=DOCUMENT)
    assert content.startswith(b"%PDF")


async def test_who_may_not_scan_is_told_where_that_is_set(nobody: Client, core: FakeCore) -> None:
    core.access.change(scan_rules=["root"])
    for call in (("StartScan", "sa{sv}", "", {}), ("RefreshScanners",)):
        with pytest.raises(Refusal) as refused:
            await nobody.call(*call)
        assert refused.value.name == "org.sheetfed1.Error.NotAllowed"
        assert "[access] scan" in refused.value.text


async def test_only_an_administrator_administers(nobody: Client) -> None:
    scanner = {"path": f"{ROOT}/scanner/desk", "interface": SCANNER}
    calls = (("SetLogLevel", "s", "debug"), ("Reload",), ("RetryBackend", "s", "test"))
    for call, at in [*((call, {}) for call in calls), (("Retry",), scanner)]:
        with pytest.raises(Refusal) as refused:
            await nobody.call(*call, **at)
        assert refused.value.name == "org.sheetfed1.Error.NotAllowed"


async def test_the_policy_lets_no_other_user_take_the_name(nobody: Client, door: BusDoor) -> None:
    await door.close()
    with pytest.raises(Refusal) as refused:
        await nobody.connection.ask("RequestName", "su", [NAME, 4])
    assert refused.value.name == "org.freedesktop.DBus.Error.AccessDenied"
