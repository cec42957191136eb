"""Spool file: the format of a file that holds one page's pixels while it is being read.

A header block of HEADER_BYTES (the ticket, written before the page is fed), the driver's bytes as
they come, and, once the whole page is there, a trailer that describes them. A file without a
trailer is a page that was never fully read.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import DocumentId, InstanceId, JobId, Owner, PageId, PageTicket
from sheetfed.core.touchup import TouchUp

HEADER_BYTES = 4096
_MAGIC = b"sheetfed-spool-1\n"
_SEAL = b"complete"
_LENGTH_BYTES = 8
SEAL_BYTES = _LENGTH_BYTES + len(_SEAL)


class Channel(StrEnum):
    """SANE_Frame (SANE 1.0 §4.3.8): what one frame of an image carries."""

    GRAY = "gray"
    RGB = "rgb"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as the driver gave it: rows of `bytes_per_line`, `offset` from the file's start.

    `depth` is bits a sample: 1 (black is 1, most significant bit first), 8, or 16 in host order.
    """

    channel: Channel
    offset: int
    width_px: int
    lines: int
    bytes_per_line: int
    depth: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a spool's bytes make a picture: one frame, or red, green and blue in any order."""

    frames: tuple[Frame, ...]
    x_dpi: float
    y_dpi: float


def header(ticket: PageTicket) -> bytes:
    """Exactly HEADER_BYTES that begin a spool file."""
    block = _MAGIC + json.dumps(asdict(ticket)).encode()
    if len(block) > HEADER_BYTES:
        raise ValueError("the ticket does not fit the header block")
    return block.ljust(HEADER_BYTES, b"\0")


def read_header(block: bytes) -> PageTicket:
    """The ticket of a header block. Raises DamagedImage."""
    if not block.startswith(_MAGIC) or len(block) < HEADER_BYTES:
        raise DamagedImage("a spool file has no header")
    try:
        words = json.loads(block[len(_MAGIC) : HEADER_BYTES].rstrip(b"\0"))
        return PageTicket(
            page=PageId(words["page"]),
            job=JobId(words["job"]),
            sequence=int(words["sequence"]),
            document=DocumentId(words["document"]),
            owner=Owner(int(words["owner"]["uid"]), words["owner"]["origin"]),
            instance=None if words["instance"] is None else InstanceId(words["instance"]),
            created=float(words["created"]),
            touch_up=tuple(TouchUp(word) for word in words.get("touch_up", ())),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedImage("a spool file has a damaged header") from error


def trailer(layout: Layout) -> bytes:
    """What completes a spool file, to be appended after the last pixel."""
    body = json.dumps(asdict(layout)).encode()
    return body + len(body).to_bytes(_LENGTH_BYTES, "little") + _SEAL


def trailer_size(seal: bytes) -> int | None:
    """From a file's last SEAL_BYTES: how many bytes its trailer has, None if it is incomplete."""
    if len(seal) != SEAL_BYTES or not seal.endswith(_SEAL):
        return None
    return int.from_bytes(seal[:_LENGTH_BYTES], "little") + SEAL_BYTES


def read_trailer(block: bytes) -> Layout:
    """The layout of a whole trailer as `trailer` made it. Raises DamagedImage."""
    try:
        words = json.loads(block[:-SEAL_BYTES])
        return Layout(
            frames=tuple(_frame(frame) for frame in words["frames"]),
            x_dpi=float(words["x_dpi"]),
            y_dpi=float(words["y_dpi"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedImage("a spool file has a damaged trailer") from error


def _frame(words: Mapping[str, str | int]) -> Frame:
    return Frame(
        channel=Channel(str(words["channel"])),
        offset=int(words["offset"]),
        width_px=int(words["width_px"]),
        lines=int(words["lines"]),
        bytes_per_line=int(words["bytes_per_line"]),
        depth=int(words["depth"]),
    )
