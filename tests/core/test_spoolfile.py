"""The spool file's format: what is written is read back, and a torn file is known as such."""

from dataclasses import replace

import pytest

from sheetfed.core import spoolfile
from sheetfed.core.errors import DamagedImage
from sheetfed.core.model import DocumentId, InstanceId, JobId, Owner, PageId, PageTicket
from sheetfed.core.spoolfile import SEAL_BYTES, Channel, Frame, Layout
from sheetfed.core.touchup import TouchUp

TICKET = PageTicket(
    page=PageId("p1"),
    job=JobId("j1"),
    sequence=3,
    document=DocumentId("d1"),
    owner=Owner(1000, "https://app.example.org"),
    instance=InstanceId("414778098"),
    created=1.5,
    touch_up=(TouchUp.DISCARD_BLANK, TouchUp.DESKEW),
)
LAYOUT = Layout(
    frames=(
        Frame(Channel.BLUE, 4096, 10, 20, 12, 8),
        Frame(Channel.RED, 4336, 10, 20, 12, 8),
        Frame(Channel.GREEN, 4576, 10, 20, 12, 8),
    ),
    x_dpi=300.0,
    y_dpi=600.0,
)


def test_a_ticket_survives_the_header() -> None:
    block = spoolfile.header(TICKET)
    assert len(block) == spoolfile.HEADER_BYTES
    assert spoolfile.read_header(block) == TICKET


def test_a_ticket_of_an_earlier_version_asks_for_no_touch_up() -> None:
    old = spoolfile.header(TICKET).replace(b"touch_up", b"whatever")
    assert spoolfile.read_header(old) == replace(TICKET, touch_up=())


def test_a_ticket_without_origin_and_instance_survives_the_header() -> None:
    ticket = PageTicket(PageId("p"), JobId("j"), 0, DocumentId("d"), Owner(0), None, 0.0)
    assert spoolfile.read_header(spoolfile.header(ticket)) == ticket


def test_a_ticket_too_large_for_the_header_is_a_bug() -> None:
    ticket = PageTicket(PageId("p" * 5000), JobId("j"), 0, DocumentId("d"), Owner(0), None, 0.0)
    with pytest.raises(ValueError, match="does not fit"):
        spoolfile.header(ticket)


def test_a_layout_survives_the_trailer() -> None:
    block = spoolfile.trailer(LAYOUT)
    assert spoolfile.trailer_size(block[-SEAL_BYTES:]) == len(block)
    assert spoolfile.read_trailer(block) == LAYOUT


@pytest.mark.parametrize("tail", [b"", b"\0" * SEAL_BYTES, b"complete"])
def test_a_file_without_a_seal_is_incomplete(tail: bytes) -> None:
    assert spoolfile.trailer_size(tail) is None


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\0" * spoolfile.HEADER_BYTES,
        spoolfile.header(TICKET)[:100],
        b"sheetfed-spool-1\n".ljust(spoolfile.HEADER_BYTES, b"\0"),
        b'sheetfed-spool-1\n{"page": 1}'.ljust(spoolfile.HEADER_BYTES, b"\0"),
    ],
)
def test_a_damaged_header_is_refused(block: bytes) -> None:
    with pytest.raises(DamagedImage):
        spoolfile.read_header(block)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"frames": [{"channel": "ultraviolet"}], "x_dpi": 1}']
)
def test_a_damaged_trailer_is_refused(body: bytes) -> None:
    with pytest.raises(DamagedImage):
        spoolfile.read_trailer(body + b"\0" * SEAL_BYTES)
