"""Hostile bodies: files that pretend, swell or never end are refused, by name and at no cost."""

import base64
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from fakes.attacked import GRANTED, Target, answer, attacked, received, whole_answer

LOAD = "/dwt/dwt_1/load?id=hostile"
MIB = 1024 * 1024
REFUSALS = {(413, "too-large"), (415, "unsupported-image"), (422, "damaged-image")}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width_px: int, height_px: int, packed: bytes) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def pdf(*objects: bytes) -> bytes:
    """Objects 1…n, the first of which is the catalogue."""
    said, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(said))
        said += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    ends = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return said + table + ends % (len(objects) + 1, len(said))


def one_page_pdf(extra: bytes = b"", box: bytes = b"[0 0 100 100]", more: bytes = b"") -> bytes:
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s %s >>" % (box, more),
    )


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), words, content)


def swelling_pdf() -> bytes:
    """What is drawn unpacks to 64 MiB."""
    packed = zlib.compressobj(9)
    blank = b" " * MIB
    content = b"".join(packed.compress(blank) for _ in range(64)) + packed.flush()
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        stream(content, b"/Filter /FlateDecode"),
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a picture of no format": lambda: b"not a picture " * 100,
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "SVG that reads a file": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
    ),
    "PostScript": lambda: (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd)(r)file\n"
    ),
    "a picture that is a program": lambda: b"#!/bin/sh\nid\n",
    "a zip": lambda: b"PK\x03\x04" + bytes(100),
    "a GIF": lambda: b"GIF89a" + bytes(100),
    "a PNG as large as can be": lambda: png(2**31 - 1, 2**31 - 1, zlib.compress(b"")),
    "a PNG of many pixels": lambda: png(60_000, 60_000, zlib.compress(bytes(MIB))),
    "a PNG that is cut off": lambda: png(100, 100, zlib.compress(bytes(50))),
    "a BMP with a negative size": lambda: (
        b"BM" + struct.pack("<IHHIIiiHH", 54, 0, 0, 54, 40, -(2**31), -(2**31), 1, 24) + bytes(24)
    ),
    "a TIFF that points into nowhere": lambda: b"II*\0" + struct.pack("<I", 2**32 - 1),
    "a JPEG of 65,535 lines that are not there": lambda: (
        b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00"
        b"\x00\x3f\x00" + bytes(100)
    ),
    "a PDF without pages": lambda: pdf(b"<< /Type /Catalog >>"),
    "a PDF whose pages are their own parents": lambda: pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99 /Parent 2 0 R >>",
    ),
    "a PDF that says it has more pages than it has": lambda: pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 2000000000 >>",
    ),
    "a PDF as deep as a stack": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000,
}
HARMLESS: dict[str, Callable[[], bytes]] = {
    "a PNG that unpacks to too much": lambda: png(8, 8, zlib.compress(bytes(64 * MIB), 9)),
    "a PDF with a script": lambda: one_page_pdf(
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
    ),
    "a PDF that starts a program": lambda: one_page_pdf(
        b"/OpenAction << /S /Launch /F (/bin/sh) >>"
    ),
    "a PDF that fetches": lambda: one_page_pdf(
        b"/OpenAction << /S /URI /URI (http://127.0.0.1:9/x) >>"
    ),
    "a PDF as large as a house": lambda: one_page_pdf(box=b"[0 0 40000 300]"),
    "a PDF as large as a wall": lambda: one_page_pdf(box=b"[0 0 14400 14400]"),
    "a PDF of a size that is none": lambda: one_page_pdf(box=b"[0 0 -1e38 1e38]"),
    "a PDF that swells when it is drawn": swelling_pdf,
}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One that has little patience, and takes no large files."""
    config = """
        limits.header_timeout_s = 2
        limits.body_timeout_s = 4
        limits.file_bytes = "16M"
    """
    with attacked(tmp_path_factory.mktemp("target"), config=config) as target:
        yield target


@pytest.fixture(autouse=True)
def emptied(target: Target) -> Iterator[None]:
    """No page of one test is in the way of the next."""
    yield
    for headers in ({}, {"Origin": GRANTED}):
        target.result("RemoveAllImages", instance="hostile", **headers)


def left_behind(target: Target) -> list[str]:
    """Every file of the store that holds pixels: no test keeps a page."""
    store = target.folder / "store"
    places = [path for name in ("incoming", "spool", "blobs") for path in (store / name).rglob("*")]
    return [path.name for path in places if path.is_file()]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_by_name_and_leaves_nothing(target: Target, what: str) -> None:
    refused = target.ask("POST", LOAD, HOSTILE[what](), Origin=GRANTED)
    assert (refused.status, refused.code) in REFUSALS
    assert refused.headers["access-control-allow-origin"] == GRANTED
    assert target.result("HowManyImagesInBuffer", instance="hostile", Origin=GRANTED) == [0]
    assert left_behind(target) == []


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", HARMLESS)
def test_what_a_pdf_would_do_is_not_done_it_is_a_picture_or_refused(
    target: Target, what: str
) -> None:
    taken = target.ask("POST", LOAD, HARMLESS[what]())
    assert taken.status == 200 or (taken.status, taken.code) in REFUSALS
    target.result("RemoveAllImages", instance="hostile")
    assert left_behind(target) == []


def test_a_hostile_file_in_base64_is_refused_as_well(target: Target) -> None:
    for what in ("HTML", "a PNG of many pixels", "a PDF without pages"):
        data = base64.b64encode(HOSTILE[what]()).decode()
        refused = target.call("LoadImageFromBase64Binary", data, instance="hostile")
        assert (refused.status, refused.code) in REFUSALS
    for data in ("@@@@", "data:text/html;base64,PHNjcmlwdD4=", "=" * 100):
        refused = target.call("LoadImageFromBase64Binary", data, instance="hostile")
        assert refused.status in (400, 413, 415, 422)
    assert left_behind(target) == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"id":"test","parameter":[' + b"[" * 40 + b"]" * 40 + b"]}",
        b'{"id":"test","parameter":[1e999999]}',
        b'{"id":"test","parameter":[' + b"9" * 100_000 + b"]}",
        b'{"id":"test","parameter":[NaN]}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"null",
        b'"test"',
        b'{"id":{"$ne":""}}',
        b'{"id":"../../../etc/passwd"}',
        b'{"id":"' + b"a" * 65 + b'"}',
        b'{"__proto__":{"id":"test"},"constructor":1,"id":"' + "ｅ".encode() + b'"}',
    ],
)
def test_json_that_is_deep_endless_or_of_another_shape_is_a_bad_request(
    target: Target, body: bytes
) -> None:
    refused = target.ask("POST", "/f/HowManyImagesInBuffer", body)
    assert refused.status in (400, 413)
    assert refused.code in ("invalid-parameter", "too-large")


def test_a_body_without_end_is_refused_at_its_limit(
    target: Target,
) -> None:
    head = f"POST /f/AcquireImage HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", target.port), timeout=18) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + 32 * piece)
        refused = answer(whole_answer(connection))
    assert (refused.status, refused.code) == (413, "too-large")


def test_a_body_that_is_announced_as_endless_is_refused_before_it_comes(target: Target) -> None:
    with ExitStack() as held:
        asked = []
        for path in ("/f/AcquireImage", LOAD):
            connection = socket.create_connection(("127.0.0.1", target.port), timeout=15)
            asked.append(held.enter_context(connection))
            connection.sendall(target.request("POST", path, Content_Length=str(10**15)))
        for connection in asked:
            refused = answer(whole_answer(connection))
            assert (refused.status, refused.code) == (413, "too-large")


@pytest.mark.parametrize("path", ["/f/AcquireImage", LOAD])
def test_a_bomb_in_a_requests_encoding_is_refused_at_its_limit(target: Target, path: str) -> None:
    """It would unpack to 256 MiB; the daemon's memory does not grow by a tenth."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    blank = b" " * MIB
    bomb = b"".join(packer.compress(blank) for _ in range(256)) + packer.flush()
    before = target.peak_mib()
    refused = target.ask("POST", path, bomb, Content_Encoding="gzip")
    assert (refused.status, refused.code) == (413, "too-large")
    assert target.peak_mib() - before < 26
    assert left_behind(target) == []
    nested = zlib.compress(bomb)
    refused = target.ask("POST", path, nested, Content_Encoding="deflate, gzip")
    assert refused.status in (400, 413, 415)


def test_a_head_that_never_ends_is_given_up_and_keeps_nobody_waiting(target: Target) -> None:
    starts = (b"", b"G", b"GET /fa/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
    body = target.request("POST", "/f/VersionInfo", b"{", Content_Length="9")
    with ExitStack() as held:
        slow = []
        for start in (*starts, body) * 20:
            connection = socket.create_connection(("127.0.0.1", target.port), timeout=15)
            slow.append(held.enter_context(connection))
            connection.sendall(start)
        assert target.result("VersionInfo")
        for connection in slow:
            assert b" 200 " not in received(connection)


def test_a_page_number_without_end_is_no_page(target: Target) -> None:
    target.ask("POST", LOAD, png(1, 1, zlib.compress(bytes(2))))
    for index in ("9" * 5000, "-1", "1e9", "0x0", "٠", "1_0", "0.0", "NaN", "0%00"):
        refused = target.ask("GET", f"/dwt/dwt_1/img?id=hostile&index={index}")
        assert refused.status in (400, 404), index
