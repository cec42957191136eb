"""A scanner's options over D-Bus: described, set for the caller's own scans, given back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.busclient import NOBODY, Client, client_on
from fakes.core import FakeCore
from fakes.devices import DESK, HALL, Sheet
from fakes.gate import until
from sheetfed.bus import options, values
from sheetfed.bus.contract import ROOT, SCANNER
from sheetfed.bus.door import BusDoor
from sheetfed.bus.refusal import Refusal
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Special
from sheetfed.core.options import Constraint, Option, OptionType, Outcome, Range

DESK_PATH = f"{ROOT}/scanner/desk"
HALL_PATH = f"{ROOT}/scanner/hall"
AUTOMATIC = {"automatic": Variant("b", True)}
GAMMA = Option(
    1,
    "gamma-table",
    OptionType.INT,
    size_bytes=16,
    constraint=Range(0, 255, 1),
    value=(0, 1, 2, 3),
    is_automatic=True,
)


@pytest.fixture
async def other(bus: PrivateBus, door: BusDoor) -> AsyncIterator[Client]:
    async with client_on(bus.address) as client:
        yield client


async def _set(client: Client, path: str = DESK_PATH, **asked: Variant) -> dict[str, object]:
    wanted = {name.replace("_", "-"): value for name, value in asked.items()}
    told = await client.call("SetOptions", "a{sv}", wanted, path=path, interface=SCANNER)
    assert isinstance(told, dict)
    return told


async def _refused(client: Client, member: str, *rest: object, path: str = DESK_PATH) -> str:
    with pytest.raises(Refusal) as refused:
        await client.call(member, *rest, path=path, interface=SCANNER)
    return refused.value.name.rpartition(".")[2]


async def test_every_option_is_described_as_far_as_its_driver_does(client: Client) -> None:
    mode, resolution, lamp = await client.call("GetOptions", path=DESK_PATH, interface=SCANNER)
    flags = {
        "active": True,
        "settable": True,
        "hard_select": False,
        "detectable": True,
        "automatic": False,
        "advanced": False,
        "emulated": False,
    }
    assert mode == flags | {
        "name": "mode",
        "type": "string",
        "size": 6,
        "constraint": ["Gray", "Color"],
        "value": "Gray",
    }
    assert resolution == flags | {
        "name": "resolution",
        "type": "int",
        "size": 4,
        "unit": "dpi",
        "constraint": {"min": 50, "max": 1200, "step": 0},
        "value": 50,
    }
    assert lamp == flags | {"name": "lamp-off", "type": "button", "size": 0, "advanced": True}


@pytest.mark.parametrize(
    ("kind", "constraint", "signature"),
    [
        (OptionType.INT, Range(0, 2, 1), "a{sv}"),
        (OptionType.INT, (-42, 17), "ai"),
        (OptionType.FIXED, (1.0, 2.5), "ad"),
        (OptionType.FIXED, (1, 2), "ad"),
        (OptionType.STRING, ("Flatbed", "ADF"), "as"),
    ],
)
def test_what_an_option_takes_is_in_its_own_type(
    kind: OptionType, constraint: Constraint, signature: str
) -> None:
    told = options.told(Option(1, "a", kind, constraint=constraint))["constraint"]
    assert told.signature == signature


def test_the_ends_of_a_range_are_in_the_options_type() -> None:
    whole = options.told(Option(1, "a", OptionType.INT, constraint=Range(0, 2, 1)))
    fixed = options.told(Option(1, "a", OptionType.FIXED, constraint=Range(0, 2, 1)))
    assert {end.signature for end in whole["constraint"].value.values()} == {"i"}
    assert {end.signature for end in fixed["constraint"].value.values()} == {"d"}


def test_a_group_has_a_title_and_no_name() -> None:
    told = values.plain(options.told(Option(3, "", OptionType.GROUP, title="Geometry")))
    assert told["title"] == "Geometry"
    assert not {"name", "value", "unit", "constraint"} & set(told)


def test_what_became_of_an_array_is_compared_number_by_number() -> None:
    outcomes = [
        Outcome("gamma-table", (0, 1, 2, 300), (0, 1, 2, 255)),
        Outcome("gamma-table", (0, 1, 2, 3), (0, 1, 2, 3)),
    ]
    told = [values.plain(options.answered([one], [GAMMA]))["gamma-table"] for one in outcomes]
    assert [one["snapped"] for one in told] == [True, False]
    assert told[0]["value"] == [0, 1, 2, 255]


def test_what_the_driver_chose_is_not_called_snapped() -> None:
    chosen = Outcome("gamma-table", Special.AUTOMATIC, (9, 9, 9, 9))
    told = values.plain(options.answered([chosen], [GAMMA]))["gamma-table"]
    assert told == {"ok": True, "value": [9, 9, 9, 9], "snapped": False}


def test_a_value_that_cannot_be_read_back_is_left_out() -> None:
    told = values.plain(options.answered([Outcome("hidden", 7)], [GAMMA]))
    assert told == {"hidden": {"ok": True, "snapped": False}}


def test_a_refusal_has_the_name_and_the_words_of_the_error() -> None:
    refused = Outcome("mode", "sepia", error=InvalidParameter("no sepia here"))
    told = values.plain(options.answered([refused], [GAMMA]))
    assert told["mode"] == {
        "ok": False,
        "error": "org.sheetfed1.Error.InvalidParameter",
        "message": "no sepia here",
    }


async def test_each_option_has_its_outcome_in_the_order_asked(client: Client) -> None:
    outcomes = await _set(
        client,
        resolution=Variant("i", 5000),
        lamp=Variant("b", True),
        mode=Variant("s", "Color"),
    )
    assert list(outcomes) == ["resolution", "lamp", "mode"]
    assert outcomes["resolution"] == {"ok": True, "value": 1200, "snapped": True}
    assert outcomes["mode"] == {"ok": True, "value": "Color", "snapped": False}
    assert isinstance(outcomes["lamp"], dict)
    assert outcomes["lamp"]["error"] == "org.sheetfed1.Error.InvalidParameter"
    told = await client.call("GetOptions", path=DESK_PATH, interface=SCANNER)
    assert [option.get("value") for option in told] == ["Color", 1200, None]


async def test_what_no_option_can_be_is_refused_before_the_scanner_is_leased(
    client: Client, core: FakeCore
) -> None:
    wrong = {"mode": Variant("av", [Variant("s", "Gray")])}
    assert await _refused(client, "SetOptions", "a{sv}", wrong) == "InvalidParameter"
    assert not core.scanners.is_busy(DESK.id)


async def test_a_scan_of_the_same_connection_has_what_was_set(
    client: Client, core: FakeCore
) -> None:
    await _set(client, resolution=Variant("i", 300), mode=Variant("a{sv}", AUTOMATIC))
    core.devices.load(Sheet())
    await client.call("StartScan", "sa{sv}", "", {})
    await client.heard("Finished")
    (settings,) = core.devices.settings
    assert settings.lease_options == {"resolution": 300, "mode": Special.AUTOMATIC}
    assert core.scanners.is_busy(DESK.id)


async def test_a_leased_scanner_is_busy_for_every_other_connection(
    client: Client, other: Client
) -> None:
    await _set(client, resolution=Variant("i", 300))
    assert await other.get(DESK_PATH, SCANNER, "Busy")
    assert await _refused(other, "SetOptions", "a{sv}", {}) == "ScannerBusy"
    assert await _refused(other, "GetOptions") == "ScannerBusy"
    with pytest.raises(Refusal) as refused:
        await other.call("StartScan", "sa{sv}", "desk", {})
    assert refused.value.name.endswith("ScannerBusy")
    await _set(other, HALL_PATH, resolution=Variant("i", 300))


async def test_a_lease_ends_when_it_is_released(
    client: Client, other: Client, core: FakeCore
) -> None:
    await _set(client, resolution=Variant("i", 300))
    await client.call("Release", path=HALL_PATH, interface=SCANNER)
    await other.call("Release", path=DESK_PATH, interface=SCANNER)
    assert core.scanners.is_busy(DESK.id)
    await client.call("Release", path=DESK_PATH, interface=SCANNER)
    assert not core.scanners.is_busy(DESK.id)
    assert not core.devices.in_use


async def test_a_lease_ends_when_its_connection_leaves_the_bus(
    bus: PrivateBus, client: Client, core: FakeCore
) -> None:
    async with client_on(bus.address) as leaving:
        await _set(leaving, resolution=Variant("i", 300))
        assert core.scanners.is_busy(DESK.id)
    await until(lambda: not core.scanners.is_busy(DESK.id))
    await _set(client, resolution=Variant("i", 600))


async def test_a_connection_that_leaves_while_its_lease_is_made_leaves_none(
    bus: PrivateBus, door: BusDoor, core: FakeCore
) -> None:
    core.devices.opening.shut()
    async with client_on(bus.address) as leaving:
        call = asyncio.create_task(_set(leaving, resolution=Variant("i", 300)))
        await core.devices.opening.reached()
    core.devices.opening.open()
    await until(lambda: not core.scanners.is_busy(DESK.id) and not core.devices.in_use)
    await asyncio.wait({call})
    assert isinstance(call.exception(), Refusal)


async def test_a_scanner_that_does_not_answer_in_time_is_given_up_and_given_back(
    client: Client, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheetfed.bus.scanner.DEVICE_DEADLINE_S", 0.05)
    core.devices.opening.shut()
    assert await _refused(client, "GetOptions") == "ScannerTimeout"
    assert await _refused(client, "SetOptions", "a{sv}", {}) == "ScannerTimeout"
    core.devices.opening.open()
    await until(lambda: not core.scanners.is_busy(DESK.id) and not core.devices.in_use)


async def test_a_job_that_waits_its_turn_ends_with_its_connection(
    bus: PrivateBus, client: Client, core: FakeCore
) -> None:
    await _set(client, resolution=Variant("i", 300))
    async with client_on(bus.address) as leaving:
        job = await leaving.call("StartScan", "sa{sv}", "desk", {"queue": Variant("b", True)})
    ended = await client.heard("Finished")
    assert (ended.path, ended.body) == (job, ["canceled"])


async def test_whoever_may_not_scan_neither_reads_nor_sets_options(
    bus: PrivateBus, core: FakeCore, door: BusDoor
) -> None:
    core.access.change(scan_rules=["root"])
    async with client_on(bus.address, uid=NOBODY) as nobody:
        assert await _refused(nobody, "GetOptions") == "NotAllowed"
        assert await _refused(nobody, "SetOptions", "a{sv}", {}) == "NotAllowed"


async def test_a_retry_ends_the_quarantine_of_the_scanners_backend(
    client: Client, core: FakeCore
) -> None:
    core.devices.scanners[1] = replace(HALL, backend="epsonds", is_quarantined=True)
    await client.call("RefreshScanners")
    assert await client.get(HALL_PATH, SCANNER, "Quarantined")
    core.devices.scanners[1] = replace(HALL, backend="epsonds")
    await client.call("Retry", path=HALL_PATH, interface=SCANNER)
    assert "forgive epsonds" in core.devices.calls
    assert not await client.get(HALL_PATH, SCANNER, "Quarantined")
