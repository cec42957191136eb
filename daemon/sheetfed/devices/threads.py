"""Threads: waits for a driver's own threads to rest before it ends them.

Drivers cancel their reader thread wherever it is, in sane_cancel or as soon as the last of a page
is read; one that is inside malloc never ends, and the driver waits for it for ever. A thread that
sleeps, or has come to its own end, is not there.
"""

import threading
import time
from pathlib import Path

_LIMIT_S = 0.3
_PAUSE_S = 0.0005
_TASKS = Path("/proc/self/task")


def let_rest() -> bool:
    """Return when all threads but this one sleep, or soon anyway: then it is False."""
    until = time.monotonic() + _LIMIT_S
    own = str(threading.get_native_id())
    while time.monotonic() < until:
        if not any(_is_running(task) for task in _TASKS.iterdir() if task.name != own):
            return True
        time.sleep(_PAUSE_S)
    return False


def _is_running(task: Path) -> bool:
    try:
        stat = (task / "stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    # The state follows the command's name, which is in parentheses (proc(5)).
    return stat.rpartition(b") ")[2][:1] == b"R"
