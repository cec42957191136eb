"""Survey: odd words, odd answers and odd moments cost nobody else anything."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fakes.reading import listed
from fakes.scripted import Scripted, feeder
from fakes.surveys import BRIEF, shown, states, unheard
from sheetfed.core.errors import ScannerLost
from sheetfed.core.survey import BackendState, Survey
from sheetfed.devices import roster
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.identity import Identity
from sheetfed.devices.surveying import SurveyProcess


@pytest.fixture
async def sane(scripted: Scripted) -> AsyncIterator[SaneDevices]:
    devices = SaneDevices(config_dir=str(scripted.folder), deadlines=BRIEF)
    yield devices
    await devices.close()


async def test_words_that_are_not_utf8_or_not_there_hide_nothing(
    scripted: Scripted, sane: SaneDevices
) -> None:
    names = {"name": "Büro", "vendor": "Größe", "model": "Ä", "latin1": True}
    scripted.write(feeder(**names), feeder(name="desk", vendor=None))
    foreign, plain = (await sane.survey(unheard)).scanners
    assert (foreign.device, foreign.name) == ("scripted:Büro", "Größe Ä")
    assert (plain.device, plain.vendor) == ("scripted:desk", "")
    with pytest.raises(ScannerLost, match="not in UTF-8"):
        await sane.open(foreign)
    await (await sane.open(plain)).close()


async def test_a_name_in_utf8_is_opened_as_it_is_spelled(
    scripted: Scripted, sane: SaneDevices
) -> None:
    scripted.write(feeder(name="Büro 複"))
    [scanner] = (await sane.survey(unheard)).scanners
    await (await sane.open(scanner)).close()
    assert "open Büro 複" in scripted.calls()


async def test_odd_digits_in_a_name_cost_nothing(scripted: Scripted, sane: SaneDevices) -> None:
    odd = f"libusb:{'1' * 5000}:1"
    scripted.write(feeder(name="Room 3²4"), feeder(name=odd), backend="airscan")
    scripted.write(feeder())
    survey = await sane.survey(unheard)
    assert set(shown(survey)) == {"airscan:Room 3²4", f"airscan:{odd}", "scripted:desk"}


async def test_an_answer_that_cannot_be_understood_costs_its_backend_only(
    scripted: Scripted,
    sane: SaneDevices,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real = roster.identify

    def surprised(backend: str, *rest: Any) -> Identity:
        if backend == "odd":
            raise ZeroDivisionError
        return real(backend, *rest)

    monkeypatch.setattr(roster, "identify", surprised)
    scripted.write(feeder(), backend="odd")
    scripted.write(feeder())
    survey = await sane.survey(unheard)
    assert states(survey) == {"odd": BackendState.FAILED, "scripted": BackendState.OK}
    assert shown(survey) == {"scripted:desk": True}
    assert "ZeroDivisionError" in caplog.text


async def test_a_configuration_that_cannot_be_read_is_told(
    scripted: Scripted, sane: SaneDevices
) -> None:
    (scripted.folder / "dll.conf").unlink()
    (scripted.folder / "dll.conf").symlink_to("/proc/self/mem")
    with pytest.raises(ScannerLost, match=r"dll\.conf|configuration"):
        await sane.survey(unheard)


async def test_an_id_stays_while_the_backends_answer(scripted: Scripted, sane: SaneDevices) -> None:
    scripted.write(feeder(name="net:192.0.2.5", model="XP-960"), backend="epson2")
    uuid = "https://192.0.2.5:443?uuid=1C852A4D-B800-1F08-ABCD-F43909B4A1D2"
    late = {"at": "get_devices", "delay_ms": 300}
    scripted.write(feeder(name=uuid, model="XP-960"), backend="escl", faults=[late])
    told: list[Survey] = []
    await sane.survey(told.append)
    assert [len(survey.hidden) for survey in told] == [0, 1, 1]
    assert len({scanner.id for survey in told for scanner in survey.scanners}) == 1


async def test_a_backend_that_is_opened_while_a_survey_is_prepared_is_not_asked(
    scripted: Scripted, sane: SaneDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.write(feeder())
    scanner = (await listed(sane))[0]
    scripted.write(feeder())
    start = SurveyProcess.start
    opened = []

    async def started(deadlines: Deadlines) -> SurveyProcess:
        opened.append(await sane.open(scanner))
        return await start(deadlines)

    monkeypatch.setattr(SurveyProcess, "start", started)
    survey = await sane.survey(unheard)
    assert "get_devices" not in scripted.calls()
    assert states(survey) == {"scripted": BackendState.IN_USE}
    await opened[0].close()
