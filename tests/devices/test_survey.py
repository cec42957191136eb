"""Survey: every backend is asked by itself, and costs no other anything."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.reading import listed
from fakes.scripted import Scripted, Words, feeder
from fakes.surveys import BRIEF, HANG, asked, shown, states, unheard
from fakes.sysfs import plug
from sheetfed.core.survey import Backend, BackendState, HiddenBy, Survey
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.listing import Selection

CRASH: Words = {"at": "get_devices", "signal": "SIGSEGV"}


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=BRIEF)
    yield devices
    await devices.close()


@pytest.mark.parametrize("at", ["init", "get_devices"])
@pytest.mark.parametrize(
    ("fault", "state", "message"),
    [
        ({"signal": "SIGSEGV"}, BackendState.CRASHED, "its driver crashed (SIGSEGV)"),
        ({"signal": "SIGABRT"}, BackendState.CRASHED, "its driver crashed (SIGABRT)"),
        ({"exit": 7}, BackendState.CRASHED, "its driver ended the process (exit code 7)"),
        ({"hang": "sleep"}, BackendState.TIMEOUT, "did not answer within 0.6 s"),
        ({"hang": "busy"}, BackendState.TIMEOUT, "did not answer within 0.6 s"),
        (
            {"ignore": ["SIGTERM", "SIGALRM", "SIGINT"], "hang": "sleep"},
            BackendState.TIMEOUT,
            "did not answer within 0.6 s",
        ),
    ],
)
async def test_a_backend_that_crashes_or_hangs_costs_only_itself(
    scripted: Scripted, sane: SaneDevices, at: str, fault: Words, state: BackendState, message: str
) -> None:
    scripted.write(feeder(), backend="ill", faults=[{"at": at, **fault}])
    scripted.write(feeder())
    survey = await sane.survey(unheard)
    assert shown(survey) == {"scripted:desk": True}
    assert survey.backends == (
        Backend("ill", state, message),
        Backend("scripted", BackendState.OK, scanners=1),
    )


async def test_a_driver_that_will_not_start_is_no_failure_unless_it_had_scanners(
    scripted: Scripted, sane: SaneDevices
) -> None:
    refuse = {"at": "init", "status": "IO_ERROR"}
    scripted.write(feeder(), faults=[refuse])
    first = await sane.survey(unheard)
    assert states(first) == {"scripted": BackendState.OK}
    assert "would not start" in first.backends[0].message
    scripted.write(feeder())
    assert shown(await sane.survey(unheard)) == {"scripted:desk": True}
    scripted.write(feeder(), faults=[refuse])
    last = await sane.survey(unheard)
    assert (states(last), shown(last)) == (
        {"scripted": BackendState.FAILED},
        {"scripted:desk": False},
    )


async def test_a_backend_that_is_not_installed_says_so(
    scripted: Scripted, sane: SaneDevices
) -> None:
    (scripted.folder / "dll.d" / "extra").write_text("missing\n")
    survey = await sane.survey(unheard)
    assert survey.backends == (Backend("missing", BackendState.OK, "its driver is not installed"),)


async def test_a_backend_that_crashed_keeps_its_scanners_as_not_available(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(), feeder(name="hall"))
    before = await sane.survey(unheard)
    scripted.write(feeder(), faults=[{**CRASH, "times": 1}])
    ill = await sane.survey(unheard)
    assert shown(ill) == {"scripted:desk": False, "scripted:hall": False}
    assert [scanner.id for scanner in ill.scanners] == [scanner.id for scanner in before.scanners]
    well = await sane.survey(unheard)
    assert shown(well) == {"scripted:desk": True}


async def test_the_list_is_told_as_it_grows_and_once_at_the_end(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(), backend="slow", faults=[{"at": "get_devices", "delay_ms": 300}])
    scripted.write(backend="empty")
    scripted.write(feeder())
    told: list[Survey] = []
    last = await sane.survey(told.append)
    assert [list(shown(survey)) for survey in told] == [
        ["scripted:desk"],
        ["slow:desk", "scripted:desk"],
        ["slow:desk", "scripted:desk"],
    ]
    assert told[-1] is last
    again: list[Survey] = []
    assert await sane.survey(again.append) == last
    assert again == [last]


async def test_only_backends_that_look_on_the_network_are_asked_when_that_is_wanted(
    scripted: Scripted,
) -> None:
    scripted.write(feeder(), backend="airscan")
    scripted.write(feeder(), backend="lexmark")
    scripted.write(feeder(name="desk"))
    selection = Selection(manual=("lexmark:hall",))
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=BRIEF, selection=selection)
    survey = await devices.survey(unheard, network_only=True)
    assert [backend.name for backend in survey.backends] == ["airscan", "lexmark"]
    await devices.survey(unheard)
    survey = await devices.survey(unheard, network_only=True)
    assert list(shown(survey)) == ["airscan:desk", "lexmark:desk", "scripted:desk", "lexmark:hall"]
    assert scripted.calls().count("init") == 1
    await devices.close()


async def test_a_backend_whose_scanner_is_open_is_not_asked(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder())
    device = await sane.open((await listed(sane))[0])
    calls = scripted.calls()
    survey = await sane.survey(unheard)
    assert scripted.calls() == calls
    assert (states(survey), shown(survey)) == (
        {"scripted": BackendState.IN_USE},
        {"scripted:desk": True},
    )
    await device.close()
    assert states(await sane.survey(unheard)) == {"scripted": BackendState.OK}


async def test_a_backend_that_is_opened_before_its_turn_loses_it(
    scripted: Scripted, sane: SaneDevices
) -> None:
    for number in range(4):
        delay = {"at": "get_devices", "delay_ms": 500}
        scripted.write(backend=f"slow{number}", faults=[delay])
    scripted.write(feeder())
    scanner = (await listed(sane))[0]
    scripted.write(feeder())
    surveying = asyncio.create_task(sane.survey(unheard))
    for number in range(4):
        await asked(scripted, f"slow{number}", times=2)
    device = await sane.open(scanner)
    survey = await surveying
    (passed_over,) = [backend for backend in survey.backends if backend.name == "scripted"]
    assert passed_over.state is BackendState.IN_USE
    assert passed_over.message == "not asked while its scanner is open"
    assert shown(survey) == {"scripted:desk": True}
    assert "get_devices" not in scripted.calls()
    await device.close()


async def test_an_open_waits_for_its_own_backends_answer_and_for_no_other(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder())
    scanner = (await listed(sane))[0]
    scripted.write(backend="slow", faults=[HANG])
    scripted.write(feeder(), faults=[{"at": "get_devices", "delay_ms": 200}])
    surveying = asyncio.create_task(sane.survey(unheard))
    await asked(scripted)
    device = await sane.open(scanner)
    assert not surveying.done()
    await device.close()
    assert [call.split()[0] for call in scripted.calls()][:2] == ["init", "get_devices"]
    assert states(await surveying)["slow"] is BackendState.TIMEOUT


async def test_drivers_of_dll_d_are_not_loaded_for_another_backend(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder())
    scripted.write(feeder(), backend="extra")
    (scripted.folder / "dll.conf").write_text("scripted\n")
    (scripted.folder / "dll.d" / "extra").write_text("extra\n")
    survey = await sane.survey(unheard)
    assert list(shown(survey)) == ["scripted:desk", "extra:desk"]
    assert scripted.calls("extra").count("init") == 1
    device = await sane.open(survey.scanners[0])
    await device.close()
    assert scripted.calls("extra").count("init") == 1


async def test_an_alternative_is_opened_through_its_own_backend(
    scripted: Scripted, sane: SaneDevices
) -> None:
    both = {"type": "ip=192.0.2.7", "name": "desk"}
    scripted.write(feeder(**both), backend="airscan")
    scripted.write(feeder(**both))
    survey = await sane.survey(unheard)
    [scanner] = survey.scanners
    assert (scanner.device, scanner.alternatives) == ("scripted:desk", ("airscan:desk",))
    assert [(device.device, device.by) for device in survey.hidden] == [
        ("airscan:desk", HiddenBy.DUPLICATE)
    ]
    device = await sane.open(replace(scanner, device="airscan:desk"))
    await device.close()
    assert "open desk" in scripted.calls("airscan")
    assert "open desk" not in scripted.calls()


async def test_a_device_of_configuration_is_shown_unopened_and_not_twice(
    scripted: Scripted,
) -> None:
    scripted.write(feeder(), feeder(name="unlisted"))
    selection = Selection(manual=("scripted:desk", "scripted:elsewhere"))
    devices = SaneDevices(config_dir=str(scripted.folder), selection=selection)
    survey = await devices.survey(unheard)
    assert list(shown(survey)) == ["scripted:desk", "scripted:unlisted", "scripted:elsewhere"]
    assert not [call for call in scripted.calls() if call.startswith("open")]
    await devices.close()


async def test_a_changed_selection_shows_in_the_next_survey(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(), feeder(name="hall"))
    assert len(await listed(sane)) == 2
    sane.change(Selection(hide=("scripted:hall",), rename={"*:desk": "Front desk"}))
    assert [scanner.name for scanner in await listed(sane)] == ["Front desk"]


async def test_a_backend_that_is_no_longer_configured_is_forgotten(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder())
    assert len(await listed(sane)) == 1
    (scripted.folder / "dll.conf").write_text("")
    assert await sane.survey(unheard) == Survey()


async def test_a_scanner_plugged_in_elsewhere_during_a_survey_is_still_known(
    scripted: Scripted, tmp_path: Path
) -> None:
    scripted.write(feeder(name="libusb:001:004"))
    plug(tmp_path, "1-2", bus=1, number=4, ids="04b8:0142", serial="X2KS012345")
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=BRIEF, usb_root=tmp_path)
    [here] = (await devices.survey(unheard)).scanners
    delay = {"at": "get_devices", "delay_ms": 300}
    scripted.write(feeder(name="libusb:001:009", model="otherwise called"), faults=[delay])
    surveying = asyncio.create_task(devices.survey(unheard))
    await asked(scripted)
    plug(tmp_path, "1-4", bus=1, number=9, ids="04b8:0142", serial="X2KS012345")
    (tmp_path / "1-2" / "serial").unlink()
    [there] = (await surveying).scanners
    await devices.close()
    assert (here.device, there.device) == ("scripted:libusb:001:004", "scripted:libusb:001:009")
    assert here.id == there.id
