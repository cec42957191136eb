"""Touch-up: what is done to a page right after it was scanned, before anyone is told of it."""

from enum import StrEnum


class TouchUp(StrEnum):
    """A blank page is dropped; the others are edits that can be undone."""

    DISCARD_BLANK = "discard-blank"
    DESKEW = "deskew"
    AUTO_CROP = "auto-crop"
