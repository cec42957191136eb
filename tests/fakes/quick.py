"""Quick: a daemon whose timer for network scanners counts seconds where it says minutes.

Run as a program it is the daemon: `python quick.py [the daemon's arguments]`.
"""

import sys
from pathlib import Path
from typing import Final

PROGRAM: Final = (str(Path(__file__)),)


if __name__ == "__main__":
    from sheetfed import __main__ as daemon
    from sheetfed import config_parts

    config_parts.network_every_s = lambda scanners: float(scanners.network_refresh_minutes)
    sys.exit(daemon.main())
