"""PDF: pages on paper, coded as asked, and searchable; as poppler and qpdf read them."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.quality import sheets
from PIL import Image as Pillow

from fakes.spooled import color_pattern, write_bw_page, write_color_page, write_spool
from sheetfed.core.edits import Edit, Gray, Rotate
from sheetfed.core.exports import Compression, ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.spoolfile import Channel
from sheetfed.imaging.edited import opened
from sheetfed.imaging.export import export

Store = Callable[[Path], Any]

A4_MM = (210.0, 297.0)
A4_POINTS = (595.276, 841.890)
LOSSLESS = [Compression.NONE, Compression.LZW, Compression.DEFLATE]


def exported(page: Any, *edits: Edit, **options: Any) -> Path:
    with opened(page.master, edits) as whole:
        export(
            whole,
            image_type=ImageType.PDF,
            options=ExportOptions(**options),
            target=page.target,
        )
    checked = subprocess.run(["qpdf", "--check", page.target], capture_output=True, timeout=15)
    assert checked.returncode == 0, checked.stdout
    return Path(page.target)


def poppler(program: str, *words: str | Path) -> str:
    run = subprocess.run([program, *words], check=True, capture_output=True, text=True, timeout=15)
    return run.stdout


def page_points(path: Path) -> tuple[float, ...]:
    found = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", poppler("pdfinfo", path))
    assert found is not None
    return tuple(map(float, found.groups()))


def listed(path: Path) -> dict[str, str]:
    """The one image of the file."""
    names, _, values = poppler("pdfimages", "-list", path).strip().split("\n")
    return dict(zip(names.replace("object ID", "object id").split(), values.split(), strict=True))


def shown(path: Path, dpi: int = 72) -> np.ndarray:
    target = path.with_suffix(".shown")
    poppler("pdftoppm", "-r", str(dpi), "-gray", "-singlefile", path, target)
    with Pillow.open(f"{target}.pgm") as picture:
        return np.asarray(picture)


def inked(path: Path) -> tuple[int, int, int, int]:
    """Where the page is dark, in points: left, top, right, lower edge."""
    rows, columns = np.nonzero(shown(path) < 128)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize(
    ("size_px", "dpi", "paper", "ppi", "edges"),
    [
        # Smaller than the paper: as it is, in the middle.
        ((400, 500), 100, A4_POINTS, 100, (154, 241, 442, 601)),
        ((500, 400), 100, A4_POINTS[::-1], 100, (241, 154, 601, 442)),
        # Larger: made as small as the paper.
        ((850, 1100), 100, A4_POINTS, 103, (0, 36, 595, 806)),
        ((2200, 1700), 100, A4_POINTS[::-1], 206, (35, 0, 807, 595)),
    ],
)
def test_a_page_is_fitted_on_paper(
    tmp_path: Path,
    stored: Store,
    size_px: tuple[int, int],
    dpi: float,
    paper: tuple[float, float],
    ppi: int,
    edges: tuple[int, ...],
) -> None:
    spool = write_bw_page(tmp_path / "s", width_px=size_px[0], height_px=size_px[1], dpi=dpi)
    made = exported(stored(spool), page_mm=A4_MM)
    assert page_points(made) == pytest.approx(paper, abs=0.02)
    assert int(listed(made)["x-ppi"]) == pytest.approx(ppi, abs=1)
    assert inked(made) == pytest.approx(edges, abs=2)


def test_without_paper_a_page_is_as_large_as_its_sheet(tmp_path: Path, stored: Store) -> None:
    rows = color_pattern(300, 200).reshape(200, -1)
    spool = write_spool(tmp_path / "s", [(Channel.RGB, rows)], width_px=300, dpi=(300.0, 100.0))
    assert page_points(exported(stored(spool))) == pytest.approx((72, 144), abs=0.01)
    turned = exported(stored(spool), Rotate(90))
    assert page_points(turned) == pytest.approx((144, 72), abs=0.01)


@pytest.mark.parametrize(
    ("compression", "coding"),
    [(Compression.AUTO, "jpeg"), (Compression.JPEG, "jpeg"), (Compression.GROUP4, "ccitt")]
    + [(compression, "image") for compression in LOSSLESS],
)
def test_a_color_page_is_coded_as_asked(
    tmp_path: Path, stored: Store, compression: Compression, coding: str
) -> None:
    made = exported(stored(write_color_page(tmp_path / "s")), compression=compression)
    image = listed(made)
    assert image["enc"] == coding
    assert image["color"] == ("gray" if coding == "ccitt" else "rgb")
    assert image["bpc"] == ("1" if coding == "ccitt" else "8")


@pytest.mark.parametrize(
    ("compression", "coding", "bits"),
    [
        (Compression.AUTO, "ccitt", "1"),
        (Compression.GROUP4, "ccitt", "1"),
        (Compression.DEFLATE, "image", "1"),
        (Compression.JPEG, "jpeg", "8"),
    ],
)
def test_a_black_and_white_page_is_coded_as_asked(
    tmp_path: Path, stored: Store, compression: Compression, coding: str, bits: str
) -> None:
    made = exported(stored(write_bw_page(tmp_path / "s")), compression=compression)
    image = listed(made)
    assert (image["enc"], image["bpc"], image["color"]) == (coding, bits, "gray")
    picture = shown(made, 100)
    assert (picture[500, 30], picture[500, 400]) == (0, 255)


@pytest.mark.parametrize("compression", LOSSLESS)
def test_without_loss_every_pixel_is_there(
    tmp_path: Path, stored: Store, compression: Compression
) -> None:
    made = exported(stored(write_color_page(tmp_path / "s")), compression=compression)
    poppler("pdfimages", "-png", made, tmp_path / "taken")
    with Pillow.open(tmp_path / "taken-000.png") as picture:
        assert np.array_equal(np.asarray(picture), color_pattern(850, 1100))


def test_without_loss_sixteen_bits_become_their_upper_eight(tmp_path: Path, stored: Store) -> None:
    shades = np.linspace(0, 65535, 64 * 48).astype(np.uint16).reshape(48, 64)
    rows = shades.astype("<u2").view(np.uint8)
    page = stored(write_spool(tmp_path / "s", [(Channel.GRAY, rows)], width_px=64, depth=16))
    made = exported(page, compression=Compression.DEFLATE)
    poppler("pdfimages", "-png", made, tmp_path / "taken")
    with Pillow.open(tmp_path / "taken-000.png") as picture:
        assert np.array_equal(np.asarray(picture.convert("L")), shades >> 8)


@pytest.fixture
def letter(tmp_path: Path, stored: Store) -> Any:
    """A page with eight lines of text."""
    picture = sheets.text(1, lines=8)
    dpi = (sheets.DPI, sheets.DPI)
    frames = [(Channel.GRAY, np.array(picture))]
    return stored(write_spool(tmp_path / "s", frames, width_px=picture.width, dpi=dpi))


def words_of(path: Path) -> dict[str, tuple[float, ...]]:
    """The last place of each word: left, top, right, lower edge in points."""
    told = poppler("pdftotext", "-bbox", path, "-")
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<', told)
    return {word: tuple(map(float, place)) for *place, word in found}


def test_text_is_found_where_it_is_and_changes_nothing_that_is_seen(letter: Any) -> None:
    before = shown(exported(letter))
    assert poppler("pdftotext", letter.target, "-").strip() == ""
    made = exported(letter, text_languages=("eng",))
    assert np.array_equal(shown(made), before)
    words = words_of(made)
    assert {"the", "letter", "amount"} <= set(words)
    ink = shown(made) < 128
    for left, top, right, lower in words.values():
        assert ink[int(top) : int(lower) + 1, int(left) : int(right) + 1].any()


def test_text_is_found_where_it_is_on_paper(letter: Any) -> None:
    small = exported(letter, text_languages=("eng",), page_mm=(105.0, 148.5))
    half = words_of(small)
    whole = words_of(exported(letter, text_languages=("eng",)))
    assert len(half) > 20
    for word, place in half.items():
        assert np.array(place) * 2 == pytest.approx(np.array(whole[word]), abs=1.5)


def test_text_is_that_of_the_edited_page(letter: Any) -> None:
    made = exported(letter, Gray(), Rotate(90), Rotate(-90), text_languages=("eng",))
    assert {"the", "letter", "amount"} <= set(words_of(made))


def test_a_page_whose_text_cannot_be_read_is_exported_without(
    letter: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usual = shown(exported(letter))
    monkeypatch.setattr("sheetfed.imaging.tesseract._PROGRAM", "false")
    failed = exported(letter, text_languages=("eng",))
    monkeypatch.setattr("sheetfed.imaging.tesseract._PROGRAM", "no-such-program-of-anyone")
    missing = exported(letter, text_languages=("eng",))
    for made in (failed, missing):
        assert np.array_equal(shown(made), usual)
    assert "failed or took too long" in caplog.text
    assert "not there any more" in caplog.text
