"""PDF writer: pages of many files in one, with everything that they name."""

import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from sheetfed.imaging.pdfwriter import PdfWriter


def part(**entries: Any) -> bytes:
    """A PDF of one page with these entries and a stream that two of its keys name."""
    file = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 50))
        page = pdf.pages[0]
        drawn = pdf.make_stream(b"0 0 10 10 re f")
        page.Contents = drawn
        page.Again = drawn
        for key, value in entries.items():
            page[f"/{key}"] = value
        pdf.save(file)
    return file.getvalue()


def joined(*parts: bytes) -> bytes:
    file = BytesIO()
    writer = PdfWriter(file)
    for each in parts:
        writer.append(BytesIO(each))
    writer.close()
    return file.getvalue()


def test_pages_keep_their_order_and_belong_to_one_tree() -> None:
    whole = joined(*(part(Number=number) for number in range(5)))
    with pikepdf.open(BytesIO(whole)) as pdf:
        assert [int(page.Number) for page in pdf.pages] == list(range(5))
        assert all(page.obj.Parent == pdf.Root.Pages for page in pdf.pages)


def test_every_kind_of_value_stays_what_it_is() -> None:
    values = Dictionary(
        Whole=-7,
        Real=Decimal("0.25"),
        Yes=True,
        No=False,
        Text=String("a (b) \\ ü 漢"),
        Bytes=String(bytes(range(256))),
        Name=Name("/with space#"),
        List=Array([1, Name.A, Array([]), Dictionary(Deep=Array([String("x")]))]),
    )
    single = part(Values=values)
    with pikepdf.open(BytesIO(joined(single))) as pdf, pikepdf.open(BytesIO(single)) as before:
        assert pdf.pages[0].Values == before.pages[0].Values


def test_what_is_named_twice_is_there_once() -> None:
    with pikepdf.open(BytesIO(joined(part(), part()))) as pdf:
        for page in pdf.pages:
            assert page.Contents.objgen == page.Again.objgen
            assert page.Contents.read_bytes() == b"0 0 10 10 re f"
        assert pdf.pages[0].Contents.objgen != pdf.pages[1].Contents.objgen


def test_a_compressed_stream_is_copied_as_it_is() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(b"0 0 10 10 re f" * 1000)
        compressed = BytesIO()
        pdf.save(compressed, recompress_flate=True)
    with (
        pikepdf.open(BytesIO(joined(compressed.getvalue()))) as after,
        pikepdf.open(compressed) as before,
    ):
        now, was = after.pages[0].Contents, before.pages[0].Contents
        assert now.read_raw_bytes() == was.read_raw_bytes()
        assert now.Filter == was.Filter == Name.FlateDecode


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "whole.pdf"
    path.write_bytes(joined(part(), part(Rotate=90), part()))
    answer = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, timeout=15)
    assert (answer.returncode, "No syntax or stream encoding errors" in answer.stdout) == (0, True)
