"""Manager and the scanners: what there is, and what may be changed."""

from dataclasses import replace

import pytest

from fakes.busclient import Client
from fakes.busdoor import FakeService
from fakes.core import FakeCore
from fakes.devices import DESK
from sheetfed.bus import values
from sheetfed.bus.contract import MANAGER, ROOT, SCANNER
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import ScannerLost
from sheetfed.core.model import ScannerId
from sheetfed.core.survey import Backend, BackendState, HiddenBy, HiddenDevice

DESK_PATH = f"{ROOT}/scanner/desk"
LAMP = replace(DESK, id=ScannerId("lamp-7"), name="Lamp scanner", device="test:7")


async def test_the_manager_shows_the_service(client: Client) -> None:
    told = await client.get_all(ROOT, MANAGER)
    assert told == {
        "Version": "1.2.3",
        "Endpoints": ["http://127.0.0.1:18622"],
        "Https": {"source": "off", "trouble": ""},
        "StoreBytes": 0,
        "StoreLimit": 20 << 30,
        "StoreOwnerLimit": 10 << 30,
        "StoreMinFree": 512 << 20,
        "LogLevel": "info",
        "Scanners": [DESK_PATH, f"{ROOT}/scanner/hall"],
        "Backends": [],
        "Hidden": [],
        "Trouble": "",
        "Looking": False,
        "Jobs": [],
    }


async def test_a_scanner_shows_what_it_is(client: Client) -> None:
    told = await client.get_all(DESK_PATH, SCANNER)
    assert told == {
        "Id": "desk",
        "Name": "Desk scanner",
        "Vendor": "Noname",
        "Model": "frontend-tester",
        "Type": "flatbed scanner",
        "Device": "test:0",
        "Backend": "",
        "Connection": "unknown",
        "Alternatives": [],
        "Available": True,
        "Quarantined": False,
        "Busy": False,
        "LastError": "",
        "Capabilities": {},
    }


async def test_asking_for_capabilities_asks_the_device_once(client: Client, core: FakeCore) -> None:
    for _ in range(2):
        told = await client.get(DESK_PATH, SCANNER, "Capabilities")
    assert told["feeder"] is True
    assert [source["source"] for source in told["sources"]] == ["flatbed", "feeder"]
    assert told["sources"][0]["resolution_range"] == [50, 1200, 1]
    assert core.devices.calls.count("capabilities") == 1
    assert (await client.get_all(DESK_PATH, SCANNER))["Capabilities"] == told


async def test_a_scanner_that_is_plugged_in_is_told_and_one_that_goes(
    client: Client, core: FakeCore
) -> None:
    core.devices.scanners.append(LAMP)
    await client.call("RefreshScanners")
    added = await client.heard("InterfacesAdded")
    assert added.body[0] == f"{ROOT}/scanner/lamp_2d7"
    assert added.body[1][SCANNER]["Id"].value == "lamp-7"
    core.devices.scanners.remove(LAMP)
    await client.call("RefreshScanners")
    removed = await client.heard("InterfacesRemoved")
    assert removed.body == [added.body[0], [SCANNER]]
    lists = [signal.body[1]["Scanners"].value for signal in client.signals if signal.path == ROOT
             and signal.member == "PropertiesChanged"]  # fmt: skip
    assert [len(scanners) for scanners in lists[-2:]] == [3, 2]


async def test_the_log_level_is_changed_to_one_that_there_is(
    client: Client, service: FakeService
) -> None:
    await client.call("SetLogLevel", "s", "debug")
    assert service.level == "debug"
    with pytest.raises(Refusal) as refused:
        await client.call("SetLogLevel", "s", "loud")
    assert refused.value.text == "level: allowed is debug, info, warning, error"


async def test_reload_reloads(client: Client, service: FakeService) -> None:
    await client.call("Reload")
    assert service.reloads == 1


async def test_all_objects_are_managed_with_all_their_properties(client: Client) -> None:
    objects = await client.managed()
    assert set(objects) == {DESK_PATH, f"{ROOT}/scanner/hall"}
    assert objects[DESK_PATH] == {SCANNER: await client.get_all(DESK_PATH, SCANNER)}


async def test_one_object_that_cannot_be_told_does_not_hide_the_others(
    client: Client, core: FakeCore, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(LAMP, vendor=None)  # type: ignore[arg-type]
    core.devices.scanners.append(broken)
    await client.call("RefreshScanners")
    assert set(await client.managed()) == {DESK_PATH, f"{ROOT}/scanner/hall"}
    assert "lamp_2d7" in caplog.text


async def test_backends_and_hidden_devices_are_told_when_they_change(
    client: Client, core: FakeCore
) -> None:
    core.devices.backends = [
        Backend("epsonds", BackendState.CRASHED, "ended by SIGSEGV"),
        Backend("test", BackendState.OK, scanners=2),
    ]
    core.devices.hidden = [
        HiddenDevice("v4l:/dev/video0", "Noname", "Camera", HiddenBy.CONFIGURATION, "v4l:*"),
        HiddenDevice("escl:http://a", "", "", HiddenBy.DUPLICATE, scanner=ScannerId("desk")),
    ]
    await client.call("RefreshScanners")
    told = await client.heard(
        "PropertiesChanged", lambda signal: signal.path == ROOT and "Hidden" in signal.body[1]
    )
    backends = [
        {"name": "epsonds", "state": "crashed", "message": "ended by SIGSEGV", "scanners": 0},
        {"name": "test", "state": "ok", "message": "", "scanners": 2},
    ]
    hidden = [
        {
            "device": "v4l:/dev/video0",
            "vendor": "Noname",
            "model": "Camera",
            "by": "configuration",
            "pattern": "v4l:*",
        },
        {
            "device": "escl:http://a",
            "vendor": "",
            "model": "",
            "by": "duplicate",
            "scanner": DESK_PATH,
        },
    ]
    assert values.plain(told.body) == [MANAGER, {"Backends": backends, "Hidden": hidden}, []]
    assert await client.get(ROOT, MANAGER, "Backends") == backends
    assert await client.get(ROOT, MANAGER, "Hidden") == hidden


async def test_only_what_is_different_of_the_last_look_is_told(
    client: Client, core: FakeCore
) -> None:
    core.devices.backends = [Backend("test", BackendState.OK, scanners=2)]
    await client.call("RefreshScanners")
    told = await client.heard(
        "PropertiesChanged", lambda signal: signal.path == ROOT and "Backends" in signal.body[1]
    )
    assert set(told.body[1]) == {"Backends"}


async def test_why_a_look_failed_as_a_whole_is_told(client: Client, core: FakeCore) -> None:
    core.devices.surveying.fault = ScannerLost("no room")
    await client.call("RefreshScanners")
    told = await client.heard(
        "PropertiesChanged", lambda signal: signal.path == ROOT and "Trouble" in signal.body[1]
    )
    assert values.plain(told.body) == [MANAGER, {"Trouble": "no room"}, []]


async def test_a_scanner_tells_that_it_has_another_name_or_cannot_be_used(
    client: Client, core: FakeCore
) -> None:
    core.devices.scanners[0] = replace(
        DESK, name="Front desk", is_available=False, is_quarantined=True
    )
    await client.call("RefreshScanners")
    told = await client.heard("PropertiesChanged", lambda signal: signal.path == DESK_PATH)
    assert values.plain(told.body[1]) == {
        "Name": "Front desk",
        "Available": False,
        "Quarantined": True,
    }


async def test_a_retry_ends_a_backends_quarantine_and_looks_anew(
    client: Client, core: FakeCore
) -> None:
    core.devices.backends = [Backend("epsonds", BackendState.QUARANTINED)]
    await client.call("RefreshScanners")
    core.devices.backends = [Backend("epsonds", BackendState.OK)]
    await client.call("RetryBackend", "s", "epsonds")
    assert core.devices.calls[-2:] == ["forgive epsonds", "survey"]
    assert (await client.get(ROOT, MANAGER, "Backends"))[0]["state"] == "ok"


async def test_a_backend_that_there_is_not_cannot_be_retried(client: Client) -> None:
    with pytest.raises(Refusal) as refused:
        await client.call("RetryBackend", "s", "nonsense")
    assert refused.value.name == "org.sheetfed1.Error.ScannerNotFound"


async def test_the_managers_own_scanners_wait_for_the_first_list(client: Client) -> None:
    assert await client.get(ROOT, MANAGER, "Scanners") == [DESK_PATH, f"{ROOT}/scanner/hall"]
