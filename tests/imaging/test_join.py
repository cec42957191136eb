"""Join: pages of one file each become one file, with what is said about all of them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from fakes.spooled import color_pattern, write_bw_page, write_color_page, write_spool
from sheetfed.core.exports import PDF_VERSIONS, Compression, ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging.edited import opened
from sheetfed.imaging.export import export
from sheetfed.imaging.join import join

Store = Callable[[Path], Any]

SAID = Metadata(
    title="Brief an Łódź", author="E. Müller", subject="Rechnung", keywords="a, b", creator="desk"
)


@pytest.fixture
def masters(tmp_path: Path, stored: Store) -> list[Path]:
    """A color page, a black and white one, and one in gray with 16 bits."""
    deep = (np.arange(90 * 70, dtype="<u2") * 10).reshape(70, 90).view(np.uint8)
    spools = [
        write_color_page(tmp_path / "s0", width_px=300, height_px=400),
        write_bw_page(tmp_path / "s1", width_px=301, height_px=400),
        write_spool(tmp_path / "s2", [(Channel.GRAY, deep)], width_px=90, depth=16),
    ]
    return [stored(spool).master for spool in spools]


def joined(masters: list[Path], image_type: ImageType, options: ExportOptions) -> Path:
    target = masters[0].with_name("joined")
    parts = []
    for number, master in enumerate(masters):
        parts.append(master.with_name(f"part{number}"))
        with opened(master) as page:
            export(page, image_type=image_type, options=options, target=parts[-1])
    before = sorted(target.parent.iterdir())
    join(parts=parts, image_type=image_type, options=options, target=target)
    assert sorted(target.parent.iterdir()) == sorted([*before, target])
    assert target.stat().st_mode & 0o777 == 0o600
    return target


def told(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=15).stdout


@pytest.mark.parametrize("compression", list(Compression))
def test_a_tiff_has_all_pages_as_each_was_exported(
    masters: list[Path], compression: Compression
) -> None:
    options = ExportOptions(compression=compression)
    made = joined(masters, ImageType.TIFF, options)
    assert "Warning" not in told("tiffinfo", made)
    pages = told("tiffinfo", made).count("TIFF Directory")
    assert pages == 3
    for number in range(pages):
        with (
            Pillow.open(made) as whole,
            Pillow.open(made.with_name(f"part{number}")) as single,
        ):
            whole.seek(number)
            assert np.array_equal(np.asarray(whole), np.asarray(single))
            assert whole.info["dpi"] == single.info["dpi"]


def test_a_tiff_without_loss_has_every_pixel(masters: list[Path]) -> None:
    made = joined(masters, ImageType.TIFF, ExportOptions())
    with Pillow.open(made) as whole:
        assert np.array_equal(np.asarray(whole), color_pattern(300, 400))
        whole.seek(1)
        assert whole.mode == "1"
        whole.seek(2)
        assert int(np.asarray(whole).max()) == (90 * 70 - 1) * 10


def test_a_pdf_has_all_pages_in_their_order(masters: list[Path]) -> None:
    made = joined(masters, ImageType.PDF, ExportOptions())
    told("qpdf", "--check", made)
    images = [line.split() for line in told("pdfimages", "-list", made).splitlines()[2:]]
    assert [(image[3], image[8]) for image in images] == [
        ("300", "jpeg"),
        ("301", "ccitt"),
        ("90", "jpeg"),
    ]


def test_a_pdf_says_what_it_is_told_to(masters: list[Path]) -> None:
    made = joined(masters, ImageType.PDF, ExportOptions(metadata=SAID))
    told("qpdf", "--check", made)
    (words,) = json.loads(told("exiftool", "-j", "-G1", "-a", made))
    assert words["PDF:Title"] == words["XMP-dc:Title"] == SAID.title
    assert words["PDF:Author"] == words["XMP-dc:Creator"] == SAID.author
    assert words["PDF:Subject"] == words["XMP-dc:Description"] == SAID.subject
    assert words["XMP-pdf:Keywords"] == SAID.keywords
    assert words["PDF:Creator"] == words["XMP-xmp:CreatorTool"] == SAID.creator
    assert words["PDF:Producer"] == words["XMP-pdf:Producer"] == "Sheetfed"
    assert not [word for word in words if "Date" in word and not word.startswith("System")]


def test_what_xml_cannot_hold_is_left_out(masters: list[Path]) -> None:
    said = Metadata(title="one\ntwo\0\ud800", author="\x01")
    made = joined(masters, ImageType.PDF, ExportOptions(metadata=said))
    (words,) = json.loads(told("exiftool", "-j", "-G1", made))
    assert words["PDF:Title"] == "one two"
    assert "PDF:Author" not in words


def test_a_password_encrypts_with_aes_256(masters: list[Path]) -> None:
    password = "päss wörd"
    options = ExportOptions(password=password, metadata=SAID)
    made = joined(masters, ImageType.PDF, options)
    assert SAID.title.encode("utf-16-be") not in made.read_bytes()
    assert subprocess.run(["pdfinfo", made], capture_output=True, timeout=15).returncode != 0
    shown = told("qpdf", f"--password={password}", "--show-encryption", made)
    assert "R = 6" in shown
    assert shown.count("AESv3") == 3
    assert "No syntax or stream encoding errors" in told(
        "qpdf", f"--password={password}", "--check", made
    )


@pytest.mark.parametrize("version", PDF_VERSIONS)
def test_a_pdf_says_the_version_that_is_asked_for(masters: list[Path], version: str) -> None:
    made = joined(masters, ImageType.PDF, ExportOptions(pdf_version=version))
    assert made.read_bytes()[:8] == f"%PDF-{version}".encode()
    told("qpdf", "--check", made)
    made.unlink()
    sealed = joined(masters, ImageType.PDF, ExportOptions(pdf_version=version, password="x"))
    assert sealed.read_bytes()[:8] >= b"%PDF-1.7"


def test_the_same_pages_make_the_same_pdf(masters: list[Path]) -> None:
    def made(count: int) -> bytes:
        target = joined(masters[:count], ImageType.PDF, ExportOptions())
        content = target.read_bytes()
        target.unlink()
        return content

    assert made(3) == made(3) != made(2)


@pytest.mark.parametrize("languages", [(), ("eng",)], ids=["no text", "text"])
def test_an_archive_is_marked_as_pdf_a_2b_and_has_what_that_needs(
    masters: list[Path], languages: tuple[str, ...]
) -> None:
    options = ExportOptions(is_archive=True, text_languages=languages)
    made = joined(masters, ImageType.PDF, options)
    told("qpdf", "--check", made)
    (words,) = json.loads(told("exiftool", "-j", "-G1", "-a", made))
    assert (words["XMP-pdfaid:Part"], words["XMP-pdfaid:Conformance"]) == (2, "B")
    whole = json.loads(told("qpdf", "--json=2", "--json-stream-data=none", made))
    objects = {name: each.get("value") for name, each in whole["qpdf"][1].items()}
    streams = {
        name: each["stream"]["dict"] for name, each in whole["qpdf"][1].items() if "stream" in each
    }
    trailer = objects["trailer"]
    assert len(trailer["/ID"]) == 2
    root = objects[f"obj:{trailer['/Root']}"]
    metadata = streams[f"obj:{root['/Metadata']}"]
    assert (metadata["/Type"], metadata["/Subtype"]) == ("/Metadata", "/XML")
    assert "/Filter" not in metadata
    (intent,) = root["/OutputIntents"]
    intent = objects.get(f"obj:{intent}", intent)
    assert intent["/S"] == "/GTS_PDFA1"
    assert streams[f"obj:{intent['/DestOutputProfile']}"]["/N"] == 3
    images = [each for each in streams.values() if each.get("/Subtype") == "/Image"]
    assert len(images) == 3
    assert not any(each.get("/Interpolate") for each in images)
    assert "/Encrypt" not in trailer
