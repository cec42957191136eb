"""Import: what the start of the daemon does not spend its time on."""

import asyncio
import os
import sys
from pathlib import Path

from fakes.daemon import package_folder

IMPORTED = "import os, sheetfed.serving; print(os.environ['SSL_CERT_FILE'])"


async def test_the_machines_authorities_are_not_read_at_the_start(tmp_path: Path) -> None:
    authorities = tmp_path / "authorities"
    # Whoever reads it waits for ever.
    os.mkfifo(authorities)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPORTED),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": package_folder(), "SSL_CERT_FILE": str(authorities)},
    )
    try:
        told, _ = await asyncio.wait_for(process.communicate(), 15.0)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert told.decode().strip() == str(authorities)
