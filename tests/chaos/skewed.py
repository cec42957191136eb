"""Skewed: a daemon whose clock is wrong by CLOCK_SKEW seconds."""

import os
import sys
import time
from pathlib import Path

VARIABLE = "CLOCK_SKEW"


def main() -> int:
    sys.path.remove(str(Path(__file__).parent))
    skew_s, right = float(os.environ.pop(VARIABLE, "0")), time.time
    time.time = lambda: right() + skew_s
    from sheetfed.__main__ import main as daemon

    return daemon()


if __name__ == "__main__":
    sys.exit(main())
