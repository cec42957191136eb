"""Launch: the command line and the environment that a scanner worker is started with."""

import os
import site
import sys
from pathlib import Path

import sheetfed

_LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def command(channel_fd: int) -> list[str]:
    """`-P` keeps the current folder off the module path."""
    return [sys.executable, "-P", "-m", "sheetfed.devices.worker", str(channel_fd)]


def environment(config_dir: str | None) -> dict[str, str]:
    """The daemon's own, in a locale that leaves drivers' words alone, finding the same package."""
    words = {key: value for key, value in os.environ.items() if key != "LANGUAGE"} | _LOCALE
    root = str(Path(sheetfed.__file__).parents[1])
    if root not in (*site.getsitepackages(), site.getusersitepackages()):
        words["PYTHONPATH"] = os.pathsep.join(filter(None, (root, words.get("PYTHONPATH"))))
    if config_dir is not None:
        words["SANE_CONFIG_DIR"] = config_dir
    return words
