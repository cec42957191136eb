"""Operating: the options that are set on a leased scanner, and what stays of them."""

from dataclasses import replace

import pytest

from fakes import devices
from fakes.devices import DESK, HALL, FakeDevice
from fakes.holders import Visit
from sheetfed.core.errors import (
    ScannerLost,
)
from sheetfed.core.model import Special
from sheetfed.core.scanner import Scanner


async def test_without_a_session_the_options_are_the_drivers_and_the_device_is_closed(
    tab: Visit,
) -> None:
    assert (await tab.options())["mode"].value == "Gray"
    assert tab.core.devices.calls[1:] == ["open", "options", "close"]
    assert not tab.has()
    assert not tab.core.scanners.is_busy(DESK.id)


async def test_options_of_another_scanner_do_not_cost_the_session(tab: Visit) -> None:
    await tab.open()
    await tab.options(HALL)
    assert tab.core.devices.in_use == {DESK.id}


async def test_setting_options_opens_a_session_in_which_they_are_read_back(tab: Visit) -> None:
    outcomes = await tab.set(resolution=5000, mode="color")
    assert [(outcome.name, outcome.actual) for outcome in outcomes] == [
        ("resolution", 1200),
        ("mode", "Color"),
    ]
    options = await tab.options()
    assert (options["resolution"].value, options["mode"].value) == (1200, "Color")
    assert tab.core.devices.calls.count("open") == 1
    assert tab.core.devices.in_use == {DESK.id}


async def test_what_was_set_is_kept_as_it_was_asked_and_a_later_value_replaces(
    tab: Visit,
) -> None:
    await tab.set(resolution=5000, mode="color")
    await tab.set(resolution=150)
    session = tab.core.sessions.of(tab.holder, DESK)
    assert session is not None
    assert list(session.options.items()) == [("mode", "color"), ("resolution", 150)]


async def test_what_could_not_be_set_and_the_press_of_a_button_are_not_kept(tab: Visit) -> None:
    outcomes = await tab.set(no_such="x", lamp_off=True, resolution=Special.AUTOMATIC)
    assert [outcome.error is None for outcome in outcomes] == [False, True, True]
    session = tab.core.sessions.of(tab.holder, DESK)
    assert session is not None
    assert session.options == {"resolution": Special.AUTOMATIC}


async def test_a_device_that_is_lost_is_closed_and_the_next_call_opens_it_as_it_was_set(
    tab: Visit,
) -> None:
    await tab.set(resolution=300)
    tab.core.devices.exploring.fault = ScannerLost()
    with pytest.raises(ScannerLost):
        await tab.options()
    assert tab.core.devices.in_use == set()
    assert tab.core.scanners.is_busy(DESK.id)
    tab.core.devices.exploring.fault = None
    assert (await tab.options())["resolution"].value == 300


async def test_a_scanner_that_was_plugged_in_elsewhere_is_opened_by_its_new_name(
    tab: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tab.open()
    tab.core.devices.exploring.fault = ScannerLost()
    with pytest.raises(ScannerLost):
        await tab.options()
    tab.core.devices.exploring.fault = None
    opened: list[str] = []
    really_open = tab.core.devices.open

    async def open_and_note(scanner: Scanner) -> FakeDevice:
        opened.append(scanner.device)
        return await really_open(scanner)

    monkeypatch.setattr(tab.core.devices, "open", open_and_note)
    await tab.options(replace(DESK, device="test:9"))
    assert opened == ["test:9"]


async def test_what_a_device_opened_anew_refuses_is_logged_and_set_no_more(
    tab: Visit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tab.set(mode="Color", resolution=300)
    monkeypatch.setattr(devices, "OPTIONS", devices.OPTIONS[:1])
    tab.core.devices.exploring.fault = ScannerLost()
    with pytest.raises(ScannerLost):
        await tab.options()
    tab.core.devices.exploring.fault = None
    assert (await tab.options())["mode"].value == "Color"
    session = tab.core.sessions.of(tab.holder, DESK)
    assert session is not None
    assert session.options == {"mode": "Color"}
    assert "the option resolution that was set on Desk scanner is given up" in caplog.text
