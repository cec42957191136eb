"""Pause: a scan stopped at something a person can mend; what next?"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import click

from sheetfed.cli import show
from sheetfed.cli.progress import ScanBar

_ANSWERS = {"r": "Resume", "f": "Finish", "c": "Cancel"}


def decider(bar: ScanBar, canceled: asyncio.Event) -> Callable[[dict[str, Any]], Awaitable[str]]:
    """Asks where somebody sits at a terminal, else ends the scan with the pages there are."""
    is_interactive = sys.stdin.isatty() and sys.stderr.isatty()

    async def decide(job: dict[str, Any]) -> str:
        if not is_interactive:
            return "Finish"
        bar.pause()
        try:
            return await _ask(job, canceled)
        finally:
            bar.go_on()

    return decide


async def _ask(job: dict[str, Any], canceled: asyncio.Event) -> str:
    click.echo(f"The scan is paused: {job['Message']}. {show.pages(job['Pages'])} safe.", err=True)
    while True:
        click.echo(
            "Mend it, then [r]esume; or [f]inish with these pages, or [c]ancel? ",
            nl=False,
            err=True,
        )
        line = await _line(canceled)
        if line is None:
            return "Cancel"
        if not line:
            return "Finish"
        answer = _ANSWERS.get(line.strip().lower()[:1])
        if answer is not None:
            return answer


async def _line(canceled: asyncio.Event) -> str | None:
    """A line that is typed, empty at the end of input; None once the scan is canceled."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        if not typed.done():
            typed.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin.fileno(), read)
    stopped = asyncio.ensure_future(canceled.wait())
    both: set[asyncio.Future[Any]] = {typed, stopped}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        return typed.result() if typed.done() else None
    finally:
        loop.remove_reader(sys.stdin.fileno())
        stopped.cancel()
