"""The command as a process: closed streams, a full disk, an interrupt, and no traceback."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from fakes.sheetctl import Sheetctl
from sheetfed.bus.door import BusDoor
from sheetfed.cli import start
from sheetfed.cli.exits import Exit

STATUS = (("status",), ("--json", "status"))


async def _closing(sheetctl: Sheetctl, redirection: str, *words: str) -> tuple[int | None, str]:
    """How the command ends, and what it says, when a shell redirects it so."""
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", f'exec "$0" "$@" {redirection}', sys.executable),
        *("-m", "sheetfed.cli.start", *words),
        cwd=sheetctl._folder,
        env=sheetctl._environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.parametrize("words", STATUS)
@pytest.mark.parametrize(
    ("redirection", "why"),
    [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")],
)
async def test_output_that_cannot_be_written_is_said_and_has_its_exit_code(
    redirection: str, why: str, words: tuple[str, ...], sheetctl: Sheetctl, door: BusDoor
) -> None:
    code, said = await _closing(sheetctl, redirection, *words)
    assert (code, said) == (Exit.OUTPUT, f"Error: the output could not be written: {why}\n")


@pytest.mark.parametrize("words", STATUS)
async def test_a_reader_that_has_gone_is_no_news(
    words: tuple[str, ...], sheetctl: Sheetctl, door: BusDoor
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    async with sheetctl.started(*words, stdout=writing) as process:
        os.close(writing)
        _, said = await process.communicate()
    assert (process.returncode, said) == (1, b"")


@pytest.mark.parametrize("words", [("status",), ("scan", "-o", "page.pdf")])
async def test_without_standard_input_and_error_it_does_what_it_should(
    words: tuple[str, ...], sheetctl: Sheetctl, door: BusDoor
) -> None:
    assert await _closing(sheetctl, "<&- 2>&-", *words) == (0, "")


async def test_an_interrupt_while_it_loads_ends_it_without_a_word(
    sheetctl: Sheetctl, folder: Path
) -> None:
    """A module of its own stands in for one that takes long to load."""
    (folder / "click.py").write_text("import signal, os\nos.kill(os.getpid(), signal.SIGINT)\n")
    sheetctl._environment["PYTHONPATH"] = f"{folder}:{sheetctl._environment['PYTHONPATH']}"
    ran = await sheetctl("status")
    assert (ran.code, ran.out, ran.err) == (-signal.SIGINT, b"", "")


def test_its_exit_code_for_output_is_the_documented_one() -> None:
    assert start._OUTPUT == Exit.OUTPUT
