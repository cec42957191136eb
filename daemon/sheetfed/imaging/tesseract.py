"""Tesseract: what is written on a page, and which way up; where that program is installed."""

import logging
import re
from io import BytesIO
from typing import Final

from sheetfed.imaging import programs
from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.limits import TEXT_SECONDS
from sheetfed.imaging.overview import MM_PER_INCH, overview

_PROGRAM: Final = "tesseract"
_OTHER_SECONDS: Final = 30
_TEXT_DPI, _TURN_DPI = 300.0, 150.0
_CONFIDENCE_LEAST: Final = 4.0
_NO_LANGUAGES: Final = ("osd", "equ")
_TURN: Final = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)
_CONFIDENCE: Final = re.compile(r"^Orientation confidence: ([\d.]+)$", re.MULTILINE)

log = logging.getLogger(__name__)


def languages() -> tuple[str, ...]:
    """Those whose data is installed, sorted; empty without the program."""
    try:
        told = programs.run([_PROGRAM, "--list-langs"], seconds=_OTHER_SECONDS)
    except (programs.ProgramMissing, programs.ProgramFailed):
        return ()
    _, *names = told.decode(errors="replace").splitlines() or [""]
    return tuple(sorted(set(names) - set(_NO_LANGUAGES)))


def orientation(page: PageStrips) -> int:
    """Degrees to turn the page clockwise so that its text is upright.

    0, 90, 180 or 270; 0 also when nobody can tell.
    """
    picture, _ = _drawn(page, _TURN_DPI)
    words = [_PROGRAM, "-", "-", "--psm", "0", "-l", "osd"]
    try:
        told = programs.run(words, seconds=_OTHER_SECONDS, given=picture).decode()
    except (programs.ProgramMissing, programs.ProgramFailed):
        return 0
    turn, confidence = _TURN.search(told), _CONFIDENCE.search(told)
    if turn is None or confidence is None or float(confidence[1]) < _CONFIDENCE_LEAST:
        return 0
    return int(turn[1]) % 360


def text_pdf(page: PageStrips, names: tuple[str, ...]) -> bytes | None:
    """A PDF of one page that has only the text, unseen; None when it could not be read."""
    picture, dpi = _drawn(page, _TEXT_DPI)
    words = [
        *(_PROGRAM, "-", "-", "-l", "+".join(names), "--dpi", str(round(dpi))),
        *("-c", "textonly_pdf=1", "pdf"),
    ]
    try:
        return programs.run(words, seconds=TEXT_SECONDS, given=picture)
    except programs.ProgramMissing:
        log.warning("a page is exported without its text: tesseract is not there any more")
    except programs.ProgramFailed:
        log.warning("a page is exported without its text: tesseract failed or took too long")
    return None


def _drawn(page: PageStrips, dpi: float) -> tuple[bytes, float]:
    """The page in gray as a PGM, with square pixels, and its resolution."""
    seen = overview(page, dpi)
    file = BytesIO()
    seen.picture.convert("L").save(file, "PPM")
    return file.getvalue(), seen.px_per_mm[0] * MM_PER_INCH
