"""Chaos: whatever fails and whenever, what was told stays so; `./dev chaos` goes on for longer."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from fakes.daemon import package_folder

TESTS = Path(__file__).parents[1]
MINUTES = "0.3"


@pytest.mark.timeout(240)
async def test_whatever_fails_and_whenever_nothing_that_was_told_is_lost() -> None:
    path = os.pathsep.join((package_folder(), str(TESTS), str(TESTS.parent)))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chaos", "--seed", "1", "--minutes", MINUTES),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": path},
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
