"""Launch: how a scanner worker, or a surveyor, is started."""

import asyncio
import os
import site
import socket
import sys
from pathlib import Path

import sheetfed
from sheetfed.core.errors import ScannerLost
from sheetfed.devices import wire

_LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def command(channel_fd: int, *, survey: bool = False) -> list[str]:
    """`-P` keeps the current folder off the module path."""
    line = [sys.executable, "-P", "-m", "sheetfed.devices.worker", str(channel_fd)]
    return [*line, wire.SURVEY] if survey else line


def environment(config_dir: str | None) -> dict[str, str]:
    """The daemon's own, in a locale that leaves drivers' words alone, finding the same package."""
    words = {key: value for key, value in os.environ.items() if key != "LANGUAGE"} | _LOCALE
    root = str(Path(sheetfed.__file__).parents[1])
    if root not in (*site.getsitepackages(), site.getusersitepackages()):
        words["PYTHONPATH"] = os.pathsep.join(filter(None, (root, words.get("PYTHONPATH"))))
    if config_dir is not None:
        words["SANE_CONFIG_DIR"] = config_dir
    return words


async def start(
    *, config_dir: str | None, survey: bool = False, stderr: int = asyncio.subprocess.PIPE
) -> tuple[asyncio.subprocess.Process, socket.socket]:
    """A process in a session of its own, and our end of its channel. Raises ScannerLost."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        process = await asyncio.create_subprocess_exec(
            *command(theirs.fileno(), survey=survey),
            env=environment(config_dir),
            pass_fds=(theirs.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        raise ScannerLost("the scanner's process could not be started") from error
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours
