"""Complaints: a worker's stderr is logged line by line, and never without end."""

import asyncio
import logging
import subprocess
import sys

import pytest

from sheetfed.devices.complaints import log_complaints


async def complaints(program: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.set_level(logging.WARNING)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"import sys; sys.stderr.write({program})"),
        stderr=subprocess.PIPE,
    )
    await log_complaints(process)
    await process.wait()
    return [record.getMessage().partition(": ")[2] for record in caplog.records]


async def test_each_line_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert await complaints(r"'lamp\n\nis cold'", caplog) == ["lamp", "is cold"]


async def test_a_flood_is_read_to_its_end_but_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert len(await complaints(r"'x\n' * 100000", caplog)) == 100


async def test_a_long_line_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    assert [len(line) for line in await complaints("'x' * 100000", caplog)] == [500]
