"""What is waited for ends with the client who asked for it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.gate import Gate, until
from sheetfed.web import presence
from sheetfed.web.presence import while_there


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LOOKS_EVERY_S", 0.01)


async def test_a_client_that_stays_gets_what_it_waits_for() -> None:
    gate, request = Gate(is_shut=True), SimpleNamespace(transport=object())

    async def work() -> int:
        await gate.passed()
        return 7

    waiting = asyncio.create_task(while_there(request, work()))  # type: ignore[arg-type]
    await gate.reached()
    await asyncio.sleep(0.03)
    gate.open()
    assert await waiting == 7


async def test_nothing_is_waited_for_when_the_client_has_gone() -> None:
    gate = Gate(is_shut=True)
    request: Any = SimpleNamespace(transport=object())
    waiting = asyncio.create_task(while_there(request, gate.passed()))
    await gate.reached()
    request.transport = None
    with pytest.raises(ConnectionError):
        await waiting
    await until(lambda: gate.waiting == 0)


async def test_what_the_work_raises_is_raised() -> None:
    gate, request = Gate(), SimpleNamespace(transport=object())
    gate.fault = ValueError("no")
    with pytest.raises(ValueError, match="no"):
        await while_there(request, gate.passed())  # type: ignore[arg-type]
