"""No image workers: a daemon that cannot start the processes which work on images.

Run as a program it is the daemon: `python no_image_workers.py [the daemon's arguments]`.
"""

import errno
import os
import sys
from pathlib import Path
from typing import Final

PROGRAM: Final = (str(Path(__file__)),)


if __name__ == "__main__":
    from sheetfed import __main__ as daemon
    from sheetfed.imaging import child

    async def refused(_: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    child._spawn = refused  # type: ignore[assignment]
    sys.exit(daemon.main())
