"""Absence: what a person is told who has no scanner."""

from dataclasses import replace

from fakes.devices import DESK, HALL
from sheetfed.core.absence import WHERE_TO_LOOK, explained
from sheetfed.core.model import ScannerId
from sheetfed.core.survey import Backend, BackendState, HiddenBy, HiddenDevice, Survey

WEBCAM = HiddenDevice("v4l:/dev/video0", "Noname", "Webcam", HiddenBy.CONFIGURATION, "v4l:*")
TWIN = HiddenDevice("escl:a", "Noname", "Desk", HiddenBy.DUPLICATE, scanner=ScannerId("desk"))


def test_when_nothing_is_wrong_cable_and_power_may_be() -> None:
    well = Survey(
        hidden=(TWIN,),
        backends=(Backend("test", BackendState.OK), Backend("net", BackendState.IN_USE)),
    )
    expected = f"no scanner was found: check cable and power; {WHERE_TO_LOOK}"
    assert explained(well) == explained(Survey()) == expected


def test_backends_that_failed_and_hidden_devices_are_named() -> None:
    survey = Survey(
        hidden=(WEBCAM,),
        backends=(
            Backend("epson2", BackendState.CRASHED, "its driver crashed (SIGSEGV)"),
            Backend("hpaio", BackendState.QUARANTINED),
        ),
    )
    assert explained(survey) == (
        "no scanner was found: SANE backend epson2: its driver crashed (SIGSEGV); "
        "SANE backend hpaio: quarantined; "
        f'v4l:/dev/video0 is hidden by "v4l:*" in [scanners] hide; {WHERE_TO_LOOK}'
    )


def test_scanners_that_cannot_be_used_now_are_named() -> None:
    away = replace(DESK, is_available=False)
    quarantined = replace(HALL, is_available=False, is_quarantined=True)
    assert explained(Survey((away, quarantined))) == (
        "no scanner can be used now: Desk scanner is not available; "
        f"Hall scanner is quarantined; {WHERE_TO_LOOK}"
    )


def test_why_there_is_no_newer_survey_comes_first() -> None:
    assert explained(Survey(), "no process can be started") == (
        f"no scanner was found: no process can be started; {WHERE_TO_LOOK}"
    )
