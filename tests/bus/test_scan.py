"""A scan over D-Bus: the job, its signals, its document."""

import pytest
from dbus_next.message import Message
from dbus_next.signature import Variant

from fakes.busclient import Client
from fakes.core import FakeCore
from fakes.devices import Sheet, SlowSheet
from sheetfed.bus.contract import DOCUMENT, JOB, ROOT, SCANNER
from sheetfed.bus.refusal import Refusal
from sheetfed.bus.tasks import KEPT_S
from sheetfed.core.errors import PaperJam, ScannerLost
from sheetfed.core.model import Snapped

FEEDER = {"paper_source": Variant("s", "feeder")}


async def _start(client: Client, **settings: Variant) -> str:
    path = await client.call("StartScan", "sa{sv}", "desk", FEEDER | settings)
    assert isinstance(path, str)
    return path


def _changes(path: str, name: str, value: object):  # type: ignore[no-untyped-def]
    def matches(signal: Message) -> bool:
        changed = signal.body[1]
        return signal.path == path and name in changed and changed[name].value == value

    return matches


async def test_a_scan_is_answered_with_its_job_before_the_first_page_is_read(
    client: Client, core: FakeCore
) -> None:
    sheet = SlowSheet()
    core.devices.load(sheet)
    path = await _start(client)
    assert await client.get(path, JOB, "State") in ("queued", "starting", "scanning")
    sheet.gate.open()
    await client.heard("Finished")


async def test_a_job_tells_its_progress_its_pages_and_its_end(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet(40, 100), Sheet())
    path = await _start(client)
    await client.heard("PropertiesChanged", _changes(path, "Progress", 40))
    await client.heard("PropertiesChanged", _changes(path, "Pages", 2))
    finished = await client.heard("Finished")
    assert (finished.path, finished.body) == (path, ["done"])


async def test_a_job_tells_how_many_blank_pages_it_has_discarded(
    client: Client, core: FakeCore
) -> None:
    core.pages.inked = 0.0
    core.devices.load(Sheet(), Sheet())
    path = await _start(client, discard_blank=Variant("b", True))
    await client.heard("PropertiesChanged", _changes(path, "Discarded", 2))
    await client.heard("Finished")
    told = await client.get_all(path, JOB)
    assert (told["Pages"], told["Discarded"]) == (0, 2)


async def test_the_end_is_told_after_the_last_change(client: Client, core: FakeCore) -> None:
    core.devices.load(Sheet())
    path = await _start(client)
    finished = await client.heard("Finished")
    changes = [
        index
        for index, signal in enumerate(client.signals)
        if signal.member == "PropertiesChanged" and signal.path == path
    ]
    assert client.signals.index(finished) > changes[-1]
    assert client.signals[changes[-1]].body[1]["State"].value == "done"


async def test_constant_properties_are_never_told_as_changed(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet())
    path = await _start(client)
    await client.heard("Finished")
    told = set()
    for signal in client.signals:
        if signal.member == "PropertiesChanged" and signal.path == path:
            told |= set(signal.body[1])
    assert told <= {"State", "Pages", "Progress", "Reason", "Message", "Snapped", "Ignored"}


async def test_the_document_appears_with_the_first_page_and_grows(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet(), Sheet())
    path = await _start(client)
    document = await client.get(path, JOB, "Document")
    added = await client.heard("InterfacesAdded", lambda signal: signal.body[0] == document)
    assert added.body[1][DOCUMENT]["Pages"].value == 1
    await client.heard("PropertiesChanged", _changes(document, "Pages", 2))
    assert (await client.get_all(document, DOCUMENT))["OwnerOrigin"] == ""


async def test_a_jam_pauses_the_job_and_resuming_goes_on(client: Client, core: FakeCore) -> None:
    core.devices.load(Sheet(), PaperJam(), Sheet())
    path = await _start(client)
    await client.heard("PropertiesChanged", _changes(path, "State", "paused"))
    assert await client.get(path, JOB, "Reason") == "paper-jam"
    await client.call("Resume", path=path, interface=JOB)
    await client.heard("Finished")
    assert await client.get(path, JOB, "Pages") == 2


async def test_a_paused_job_can_be_finished_with_what_it_has(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet(), PaperJam())
    path = await _start(client)
    await client.heard("PropertiesChanged", _changes(path, "State", "paused"))
    await client.call("Finish", path=path, interface=JOB)
    assert (await client.heard("Finished")).body == ["done"]


async def test_resuming_a_job_that_is_not_paused_is_refused(client: Client, core: FakeCore) -> None:
    core.devices.load(Sheet())
    path = await _start(client)
    await client.heard("Finished")
    with pytest.raises(Refusal) as refused:
        await client.call("Resume", path=path, interface=JOB)
    assert refused.value.name == "org.sheetfed1.Error.WrongState"


async def test_cancel_returns_when_the_scanner_is_free(client: Client, core: FakeCore) -> None:
    sheet = SlowSheet()
    core.devices.load(sheet)
    path = await _start(client)
    await sheet.gate.reached()
    await client.call("Cancel", path=path, interface=JOB)
    assert not await client.get(f"{ROOT}/scanner/desk", SCANNER, "Busy")
    assert await client.get(path, JOB, "State") == "canceled"


async def test_a_failed_job_says_why(client: Client, core: FakeCore) -> None:
    core.devices.load(ScannerLost())
    path = await _start(client)
    assert (await client.heard("Finished")).body == ["failed"]
    told = await client.get_all(path, JOB)
    assert (told["Reason"], told["Message"]) == ("scanner-lost", ScannerLost.sentence)


async def test_the_scanners_last_error_is_told_and_taken_back(
    client: Client, core: FakeCore
) -> None:
    scanner = f"{ROOT}/scanner/desk"
    core.devices.load(ScannerLost())
    await _start(client)
    await client.heard("PropertiesChanged", _changes(scanner, "LastError", "scanner-lost"))
    core.clock.advance(1)
    core.devices.load(Sheet())
    await _start(client)
    await client.heard("PropertiesChanged", _changes(scanner, "LastError", ""))


async def test_a_scanner_tells_that_it_is_busy_and_free_again(
    client: Client, core: FakeCore
) -> None:
    scanner = f"{ROOT}/scanner/desk"
    core.devices.load(Sheet())
    await _start(client)
    await client.heard("PropertiesChanged", _changes(scanner, "Busy", True))
    await client.heard("PropertiesChanged", _changes(scanner, "Busy", False))


async def test_a_busy_scanner_is_refused_unless_the_job_may_wait(
    client: Client, core: FakeCore
) -> None:
    sheet = SlowSheet()
    core.devices.load(sheet)
    await _start(client)
    with pytest.raises(Refusal) as refused:
        await _start(client)
    assert refused.value.name == "org.sheetfed1.Error.ScannerBusy"
    waiting = await _start(client, queue=Variant("b", True))
    assert await client.get(waiting, JOB, "Position") == 1
    core.devices.load(Sheet())
    sheet.gate.open()
    await client.heard("Finished", lambda signal: signal.path == waiting)


async def test_what_the_scanner_could_not_do_exactly_is_told(
    client: Client, core: FakeCore
) -> None:
    core.devices.snapped = (Snapped("resolution", 301, 300), Snapped("mode", "gray", "color"))
    core.devices.load(Sheet())
    path = await _start(client, resolution=Variant("u", 301), lamp=Variant("s", "on"))
    await client.heard("Finished")
    told = await client.get_all(path, JOB)
    assert told["Snapped"] == [["resolution", 301, 300], ["mode", "gray", "color"]]
    assert told["Ignored"] == ["lamp"]


async def test_settings_arrive_with_their_nested_values(client: Client, core: FakeCore) -> None:
    area = {name: Variant("d", 10.0) for name in ("left", "top", "width", "height")}
    core.devices.load(Sheet())
    await _start(
        client,
        area=Variant("a{sv}", area),
        options=Variant("a{sv}", {"read-delay": Variant("b", True)}),
    )
    await client.heard("Finished")
    (settings,) = core.devices.settings
    assert settings.area is not None
    assert settings.area.width_mm == 10.0
    assert settings.options == {"read-delay": True}


async def test_another_stack_is_appended_to_a_document_of_ones_own(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet(), Sheet())
    first = await _start(client)
    await client.heard("Finished")
    document = await client.get(first, JOB, "Document")
    core.devices.load(Sheet())
    second = await _start(client, document=Variant("o", document))
    await client.heard("Finished", lambda signal: signal.path == second)
    assert await client.get(second, JOB, "Document") == document
    assert await client.get(document, DOCUMENT, "Pages") == 3


async def test_a_wrong_setting_is_refused_with_its_name_and_what_is_allowed(
    client: Client,
) -> None:
    with pytest.raises(Refusal) as refused:
        await _start(client, mode=Variant("s", "sepia"))
    assert refused.value.name == "org.sheetfed1.Error.InvalidParameter"
    assert refused.value.text == "mode: allowed is color, gray, bw"


async def test_the_object_of_a_job_stays_ten_minutes_after_its_end(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet())
    path = await _start(client)
    await client.heard("Finished")
    core.clock.advance(KEPT_S - 1)
    assert path in await client.managed()
    core.clock.advance(2)
    await client.heard("InterfacesRemoved", lambda signal: signal.body[0] == path)
    assert path not in await client.managed()
    with pytest.raises(Refusal) as refused:
        await client.get(path, JOB, "State")
    assert refused.value.name == "org.freedesktop.DBus.Error.UnknownObject"


async def test_the_managers_list_of_jobs_is_told_to_have_changed(
    client: Client, core: FakeCore
) -> None:
    core.devices.load(Sheet())
    await _start(client)
    await client.heard("PropertiesChanged", lambda signal: "Jobs" in signal.body[2])
