"""What signals do to the running daemon."""

import asyncio
import os
import signal

import pytest

from sheetfed.host import signals


@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGTERM, "stop"), (signal.SIGINT, "stop"), (signal.SIGHUP, "reload")],
)
async def test_a_signal_calls_what_it_asks_for(number: signal.Signals, expected: str) -> None:
    called: asyncio.Queue[str] = asyncio.Queue()
    with signals.handled(
        stop=lambda: called.put_nowait("stop"), reload=lambda: called.put_nowait("reload")
    ):
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            assert await called.get() == expected
    assert called.empty()


async def test_afterwards_signals_do_what_they_did_before() -> None:
    with signals.handled(stop=lambda: None, reload=lambda: None):
        assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, None)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
