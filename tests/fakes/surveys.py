"""Surveys of scripted backends, with deadlines that a test can wait for."""

import asyncio

from fakes.scripted import Scripted, Words
from sheetfed.core.survey import BackendState, Survey
from sheetfed.devices.deadlines import Deadlines

BRIEF = Deadlines(backend_s=0.6, survey_s=8, open_s=1, close_s=1, terminate_s=0.3)
HANG: Words = {"at": "get_devices", "hang": "sleep"}


def unheard(_: Survey) -> None:
    """Nobody wants to hear."""


def states(survey: Survey) -> dict[str, BackendState]:
    return {backend.name: backend.state for backend in survey.backends}


def shown(survey: Survey) -> dict[str, bool]:
    """By SANE's device name, whether it is available."""
    return {scanner.device: scanner.is_available for scanner in survey.scanners}


async def asked(scripted: Scripted, backend: str = "scripted", times: int = 1) -> None:
    """Return when the backend was asked for its devices; only its file of calls tells."""
    while scripted.calls(backend).count("get_devices") < times:
        await asyncio.sleep(0.01)
