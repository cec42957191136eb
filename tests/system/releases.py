"""Releases: the Debians that Sheetfed is made for."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Release:
    codename: str
    number: int

    def __str__(self) -> str:
        return f"Debian {self.number}"


RELEASES: Final = (Release("bookworm", 12), Release("trixie", 13))


def named(codename: str) -> Release:
    return next(release for release in RELEASES if release.codename == codename)
