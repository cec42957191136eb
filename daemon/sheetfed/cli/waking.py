"""Waking: whoever calls the service has it started, and is told at once when that fails.

The message bus alone would wait for it until its own time-out, half a minute later.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from sheetfed.bus.connection import Connection
from sheetfed.bus.contract import NAME
from sheetfed.bus.refusal import Refusal
from sheetfed.cli import systemd

START_DEADLINE_S: Final = 60.0
"""Longer than the bus waits for it: then the bus says why."""

LOOK_EVERY_S: Final = 0.25
LOOKS_BEFORE_GIVEN_UP: Final = 8
"""So often a unit is seen as it was before, and with nothing to do."""

_FAILED: Final = "org.freedesktop.DBus.Error.Spawn.Failed"
_STARTED: Final = "ExecMainStartTimestampMonotonic"
_NO_JOB: Final = 0


async def is_awake(connection: Connection) -> bool:
    reply = await connection.ask("NameHasOwner", "s", [NAME])
    return bool(reply.body[0])


async def wake(connection: Connection) -> None:
    """Does nothing when it runs. Raises Refusal when it cannot be started."""
    if await is_awake(connection):
        return
    before = await systemd.unit(connection, systemd.SERVICE)
    starting = asyncio.ensure_future(
        connection.ask("StartServiceByName", "su", [NAME, 0], timeout_s=START_DEADLINE_S)
    )
    failing = asyncio.ensure_future(_failure(connection, before))
    try:
        await asyncio.wait({starting, failing}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            raise Refusal(_FAILED, failing.result())
        try:
            starting.result()
        except Refusal as error:
            unit = await systemd.unit(connection, systemd.SERVICE)
            raise Refusal(_FAILED, _why(unit)) if _has_failed(unit) else error from None
    finally:
        starting.cancel()
        failing.cancel()
        await asyncio.gather(starting, failing, return_exceptions=True)


async def _failure(connection: Connection, before: Mapping[str, Any]) -> str:
    """Why the start failed, once it has; without systemd that is never known."""
    looks = 0
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        looks += 1
        unit = await systemd.unit(connection, systemd.SERVICE)
        is_new = unit.get(_STARTED) != before.get(_STARTED)
        if _has_failed(unit) and (is_new or looks >= LOOKS_BEFORE_GIVEN_UP):
            return _why(unit)
        if unit.get("ActiveState") == "active" and looks >= LOOKS_BEFORE_GIVEN_UP:
            return f"it runs, but is not on this bus: {unit.get('StatusText')}"


def _why(unit: Mapping[str, Any]) -> str:
    why = unit.get("StatusText") or unit.get("Result") or "systemd does not say why"
    return f"its start failed: {str(why).removeprefix('Cannot start: ')}"


def _has_failed(unit: Mapping[str, Any]) -> bool:
    if str(unit.get("SubState")).startswith("auto-restart"):
        return True
    return unit.get("ActiveState") == "failed" and unit.get("Job", [_NO_JOB])[0] == _NO_JOB
