"""Profiles: a user's own of Firefox, which keep each authority that a policy once gave them."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROGRAM: Final = "certutil"
_DATABASE: Final = "cert9.db"
_BELOW_HOME: Final = (".mozilla/firefox", "snap/firefox/common/.mozilla/firefox")
_BELOW_CONFIG: Final = "mozilla/firefox"
_OURS: Final = re.compile(r"^(Sheetfed on this computer only \([0-9a-f]+\)) ", re.MULTILINE)
_DEADLINE_S: Final = 20.0


class ProfileRefused(Exception):
    """A profile's certificates cannot be read or changed. The text says why."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A folder with certificates of its own."""

    folder: Path

    def authorities(self) -> list[str]:
        """Those that Sheetfed made, by name. Raises ProfileRefused, or FileNotFoundError where
        there is no certutil."""
        return _OURS.findall(self._certutil("-L"))

    def forget(self, authority: str) -> None:
        """Raises as `authorities` does."""
        self._certutil("-D", "-n", authority)

    def _certutil(self, *words: str) -> str:
        command = [_PROGRAM, *words, "-d", f"sql:{self.folder}"]
        try:
            ran = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_DEADLINE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ProfileRefused(f"{self.folder}: {_PROGRAM} does not end") from error
        if ran.returncode:
            said = ran.stderr.strip() or f"{_PROGRAM} ended with {ran.returncode}"
            raise ProfileRefused(f"{self.folder}: {said}")
        return ran.stdout


def found(home: Path, environment: Mapping[str, str]) -> list[Profile]:
    """Those of this user that have certificates."""
    return [Profile(file.parent) for file in sorted(set(_databases(home, environment)))]


def _databases(home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    config = environment.get("XDG_CONFIG_HOME") or home / ".config"
    for place in (*(home / below for below in _BELOW_HOME), Path(config) / _BELOW_CONFIG):
        yield from place.glob(f"*/{_DATABASE}")
