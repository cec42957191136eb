"""Early reload: a daemon that is sent SIGHUP in the middle of its start.

Run as a program it is the daemon: `python early_reload.py [the daemon's arguments]`.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Final

PROGRAM: Final = (str(Path(__file__)),)


if __name__ == "__main__":
    from sheetfed import __main__ as daemon
    from sheetfed.app import App

    open_doors = App._open_doors

    async def reloaded_before(self: App) -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        while not self._is_reload_due:
            await asyncio.sleep(0)
        await open_doors(self)

    App._open_doors = reloaded_before  # type: ignore[method-assign]
    sys.exit(daemon.main())
