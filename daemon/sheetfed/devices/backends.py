"""Backends: which SANE backends are configured, read as libsane itself reads it."""

import fnmatch
import logging
from collections.abc import Iterator
from pathlib import Path

_log = logging.getLogger(__name__)

DEFAULT_PATH = "/etc/sane.d"
_NETWORK = (
    "airscan",
    "brother*",
    "dell1600n_net",
    "epkowa",
    "epson2",
    "epsonds",
    "epsonscan2",
    "escl",
    "hpaio",
    "imagescan",
    "kodakaio",
    "magicolor",
    "net",
    "pixma",
    "smfp",
    "utsushi",
    "xerox_mfp",
)


def search_path(config_dir: str | None) -> str:
    """SANE_CONFIG_DIR with the defaults that libsane adds to it, but for the current folder."""
    if not config_dir:
        return DEFAULT_PATH
    return config_dir + DEFAULT_PATH if config_dir.endswith(":") else config_dir


def looks_on_network(backend: str) -> bool:
    """Whether the backend finds scanners on the network."""
    return any(fnmatch.fnmatchcase(backend, pattern) for pattern in _NETWORK)


def configured(path: str) -> tuple[str, ...]:
    """The backends that a search path configures, each once; blocking.

    The path's first dll.conf from top to bottom, then the files of its first dll.d, whose backends
    libsane asks last (sane-dll(5)). Raises OSError when dll.conf or dll.d cannot be read; a single
    file of dll.d is passed over.
    """
    folders = [Path(folder) for folder in path.split(":")]
    found = dict.fromkeys(_first_file(folders, "dll.conf"))
    for file in _extra_files(folders):
        try:
            found |= dict.fromkeys(_names(file))
        except OSError as error:
            _log.warning("SANE's configuration %s cannot be read: %s", file, error.strerror)
    return tuple(found)


def _first_file(folders: list[Path], name: str) -> Iterator[str]:
    for folder in folders:
        if (folder / name).is_file():
            return _names(folder / name)
    return iter(())


def _extra_files(folders: list[Path]) -> list[Path]:
    first = next((folder / "dll.d" for folder in folders if (folder / "dll.d").is_dir()), None)
    if first is None:
        return []
    return sorted(
        file
        for file in first.iterdir()
        if file.is_file() and not file.name.startswith(".") and not file.name.endswith(("~", "#"))
    )


def _names(file: Path) -> Iterator[str]:
    for line in file.read_text(errors="replace").splitlines():
        name = _first_word(line.strip()).partition("#")[0]
        # It becomes a folder's name.
        if name and "/" not in name and name not in (".", ".."):
            yield name


def _first_word(line: str) -> str:
    """As sanei_config_get_string takes it: quoted, or up to the next blank."""
    if line.startswith('"'):
        word, quote, _ = line[1:].partition('"')
        return word if quote else ""
    return line.split(maxsplit=1)[0] if line else ""
