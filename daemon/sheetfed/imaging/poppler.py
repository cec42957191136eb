"""Poppler: a page of others' PDFs as pixels, drawn by a process with limits."""

import resource
import subprocess
from pathlib import Path
from typing import Final

from sheetfed.core.errors import DamagedImage, UnsupportedImage

_SECONDS_AT_MOST: Final = 40
_BYTES_AT_MOST: Final = 2 * 1024**3
_PROGRAM: Final = "pdftoppm"


def draw(source: Path, number: int, dpi: float, target: Path) -> Path:
    """One page, from 0, as a PNG beside the target. Raises DamagedImage or UnsupportedImage."""
    words = [
        *(_PROGRAM, "-png", "-singlefile", "-cropbox", "-r", f"{dpi:g}"),
        *("-f", str(number + 1), "-l", str(number + 1), str(source), str(target)),
    ]
    try:
        subprocess.run(
            words,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS_AT_MOST,
            preexec_fn=_limit,
        )
    except FileNotFoundError as error:
        raise UnsupportedImage("PDFs are drawn by pdftoppm: install poppler-utils") from error
    except (subprocess.SubprocessError, OSError) as error:
        raise DamagedImage("a page of the PDF cannot be drawn") from error
    made = target.with_name(f"{target.name}.png")
    if not made.exists():
        raise DamagedImage("a page of the PDF cannot be drawn")
    return made


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES_AT_MOST, _BYTES_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS_AT_MOST, _SECONDS_AT_MOST))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_BYTES_AT_MOST, _BYTES_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
