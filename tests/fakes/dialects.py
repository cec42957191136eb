"""Dialects made of the shipped quirk files, and of what a test adds."""

from collections.abc import Sequence
from dataclasses import replace

from sheetfed.core.model import ScannerId
from sheetfed.core.scanner import Scanner
from sheetfed.devices.dialect import Dialect
from sheetfed.devices.quirkfile import Quirk, parse
from sheetfed.devices.quirks import SHIPPED_DIR, dialect

SHIPPED: tuple[tuple[str, Quirk], ...] = tuple(
    (path.stem, quirk)
    for path in sorted(SHIPPED_DIR.glob("*.toml"))
    for quirk in parse(path.read_text()).quirks
)
"""Every shipped entry, with the name of its file."""

SCANNER = Scanner(
    id=ScannerId("s1"), name="S", vendor="Acme", model="S", type="flatbed scanner", device="acme:0"
)


def spoken(
    *local: str, device: str = "acme:0", kind: str = "flatbed scanner", shipped: bool = True
) -> Dialect:
    """What is spoken by a scanner of this device name and type; `local` are entries as TOML."""
    ours = [quirk for _, quirk in SHIPPED] if shipped else []
    theirs = [quirk for text in local for quirk in entries(text)]
    return dialect(ours, theirs, replace(SCANNER, device=device, type=kind))


def entries(text: str) -> Sequence[Quirk]:
    """The entries of this text, which has to be right."""
    file = parse(text)
    assert file.problems == ()
    return file.quirks


def entry(says: str, **matches: str) -> str:
    """An entry as TOML: what it says, and the patterns of the scanners that it is for."""
    patterns = "".join(f"{key} = {value!r}\n" for key, value in matches.items())
    return f"[[quirk]]\nreason = 'because'\n{patterns}{says}\n"
