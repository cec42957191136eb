"""Follow: a job or task watched from its start to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sheetfed.bus import values
from sheetfed.bus.contract import JOB, TASK
from sheetfed.bus.refusal import Refusal
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.remote import Remote, has_left

FINAL = frozenset({"done", "failed", "canceled"})
CANCEL_DEADLINE_S = 30.0

_WRONG_STATE = "org.sheetfed1.Error.WrongState"

_WENT_AWAY = {
    JOB: "the service went away during the scan. Pages that were read are kept: "
    "once it is back `sheetctl documents` lists them.",
    TASK: "the service went away before it was done",
}

Properties = dict[str, Any]


async def follow(
    remote: Remote,
    path: str,
    *,
    canceled: asyncio.Event,
    changed: Callable[[Properties], None],
    paused: Callable[[Properties], Awaitable[str]],
) -> Properties:
    """The job's properties at its end.

    `changed` is told every change; `paused` answers a pause with Resume, Finish or Cancel. Once
    `canceled` is set the job is canceled.
    """
    cancel = asyncio.create_task(cancel_when(remote, path, JOB, canceled))
    now: Properties = {}
    answered = False
    try:
        while now.get("State") not in FINAL:
            now |= await next_change(remote, path, JOB)
            changed(now)
            if now["State"] != "paused":
                answered = False
            elif not answered and not canceled.is_set():
                answered = True
                await _answer(remote, path, JOB, await paused(now))
        return now
    finally:
        cancel.cancel()
        await asyncio.wait({cancel})


async def _answer(remote: Remote, path: str, interface: str, answer: str) -> None:
    try:
        await remote.call(answer, path=path, interface=interface, timeout_s=CANCEL_DEADLINE_S)
    except Refusal as error:
        if error.name != _WRONG_STATE:
            raise


async def next_change(remote: Remote, path: str, interface: str) -> Properties:
    """All properties at first: whoever starts one is told of it by InterfacesAdded."""
    while True:
        signal = await remote.signals.get()
        told: Properties
        if has_left(signal):
            raise Stop(
                Exit.NO_SERVICE,
                _WENT_AWAY[interface],
            )
        if signal.member == "InterfacesAdded" and signal.body[0] == path:
            told = values.plain(signal.body[1])[interface]
            return told
        if signal.member == "PropertiesChanged" and signal.path == path:
            told = values.plain(signal.body[1])
            return told


async def cancel_when(remote: Remote, path: str, interface: str, canceled: asyncio.Event) -> None:
    """Cancel it once that is set."""
    await canceled.wait()
    await _answer(remote, path, interface, "Cancel")
