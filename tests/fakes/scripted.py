"""The scripted driver: compiled once, told by a JSON file what it is and does."""

import asyncio
import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sheetfed.core.model import ScannerId
from sheetfed.core.scanner import Scanner

SOURCES = Path(__file__).parents[1] / "scripted"
_COMPILER = (
    *("gcc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra"),
    *("-O1", "-g", "-fPIC", "-fvisibility=hidden"),
)
_PATIENCE_S = 60
_CALL_PATIENCE_S = 10
_POLL_S = 0.01

Words = dict[str, Any]


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sheetfed-scripted-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _compile(source: Path, target: Path, *flags: str) -> str:
    command = [*_COMPILER, *flags, "-c", str(source), "-o", str(target)]
    subprocess.run(command, check=True, timeout=_PATIENCE_S)
    return str(target)


@functools.cache
def _objects() -> tuple[str, ...]:
    """What all backends have in common."""
    sources = [path for path in SOURCES.glob("*.c") if path.name != "backend.c"]
    with ThreadPoolExecutor() as pool:
        return tuple(
            pool.map(lambda path: _compile(path, _folder() / f"{path.stem}.o"), sorted(sources))
        )


@functools.cache
def driver(backend: str = "scripted") -> Path:
    """The folder with the driver of this name, for LD_LIBRARY_PATH; compiled when first asked."""
    entries = _folder() / f"{backend}.o"
    _compile(SOURCES / "backend.c", entries, f"-DBACKEND={backend}")
    target = _folder() / f"libsane-{backend}.so.1"
    command = ["gcc", "-shared", "-o", str(target), str(entries), *_objects(), "-ljansson", "-lm"]
    subprocess.run(command, check=True, timeout=_PATIENCE_S)
    return _folder()


class Scripted:
    """A SANE configuration that has scripted backends and no other."""

    def __init__(self, folder: Path) -> None:
        """`folder` is for SANE_CONFIG_DIR."""
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "dll.conf").write_text("")
        (folder / "dll.d").mkdir()

    @property
    def environment(self) -> dict[str, str]:
        """What libsane needs to find the drivers."""
        paths = (str(_folder()), os.environ.get("LD_LIBRARY_PATH", ""))
        return {"LD_LIBRARY_PATH": os.pathsep.join(filter(None, paths))}

    def write(
        self,
        *devices: Words,
        faults: Sequence[Words] = (),
        backend: str = "scripted",
    ) -> None:
        """Add a backend with these devices, or change it; what it did so far is forgotten."""
        driver(backend)
        for file in self.folder.glob(f"{backend}.*"):
            file.unlink()
        script = {"devices": devices, "faults": faults}
        (self.folder / f"{backend}.json").write_text(json.dumps(script))
        names = self.backends()
        if backend not in names:
            (self.folder / "dll.conf").write_text("\n".join((*names, backend)) + "\n")

    def backends(self) -> list[str]:
        return (self.folder / "dll.conf").read_text().split()

    def calls(self, backend: str = "scripted") -> list[str]:
        """What the backend was asked so far, in the order of the calls."""
        path = self.folder / f"{backend}.calls"
        return path.read_text().splitlines() if path.exists() else []

    async def called(self, call: str, backend: str = "scripted") -> None:
        """Wait until the driver was asked this; it tells by its files alone."""
        await _until(lambda: call in self.calls(backend))

    async def followed(self, rule: int = 0, backend: str = "scripted") -> None:
        """Wait until the driver has begun to do what this rule of its faults says."""
        await _until((self.folder / f"{backend}.hits-{rule}").exists)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_CALL_PATIENCE_S):
        while not holds():
            await asyncio.sleep(_POLL_S)


def scanner(device: str = "desk", backend: str = "scripted") -> Scanner:
    """A device as a survey would list it."""
    name = f"{backend}:{device}"
    return Scanner(ScannerId(name), name, "Scripted", device, "sheetfed scanner", name, backend)


def feeder(*pages: Words, **words: Any) -> Words:
    """A sheetfed scanner without options that holds these pages."""
    return {"name": "desk", "type": "sheetfed scanner", "pages": list(pages), **words}


def pixels(seed: int, *, lines: int = 30, row_bytes: int = 40, frame: int = 0) -> NDArray[np.uint8]:
    """The bytes of a page's frame, as an array of (lines, bytes of a row)."""
    row = np.arange(lines)[:, np.newaxis]
    column = np.arange(row_bytes)[np.newaxis, :]
    mixed = seed * 89 + frame * 57 + row * 31 + column * 7 + (row ^ column)
    return (mixed & 255).astype(np.uint8)


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Scripted backends, found by every process that the test starts."""
    made = Scripted(tmp_path / "scripted")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made
