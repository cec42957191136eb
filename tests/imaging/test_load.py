"""Load: others' images and PDFs become pages with the right pixels, size and resolution."""

import struct
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw

from sheetfed.core.errors import DamagedImage, TooLarge, UnsupportedImage
from sheetfed.core.model import Image, Mode
from sheetfed.imaging import master as masters
from sheetfed.imaging import pdfpages
from sheetfed.imaging.load import count, load
from sheetfed.imaging.samples import unpacked


def picture(mode: str = "RGB", size: tuple[int, int] = (120, 80)) -> Pillow.Image:
    """Shades and a dark corner at the top left."""
    made = Pillow.radial_gradient("L").resize(size)
    ImageDraw.Draw(made).rectangle((0, 0, 20, 10), 0)
    return made.convert(mode)


def loaded(path: Path, number: int = 0) -> tuple[Image, np.ndarray]:
    target, preview = path.with_suffix(".m"), path.with_suffix(".v")
    image = load(source=path, number=number, master=target, preview=preview)
    with masters.opened(target) as page, Pillow.open(preview) as small:
        assert page.image == image
        assert small.size[0] <= image.width_px
        return image, unpacked(page.strips(), image)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_a_lossless_format_keeps_every_pixel_of_its_colors(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    picture().save(path, kind, **({"lossless": True} if kind == "WEBP" else {}))
    image, pixels = loaded(path)
    assert (image.mode, image.depth) == (Mode.COLOR, 8)
    assert np.array_equal(pixels, np.asarray(picture()))
    assert count(path) == 1


def test_a_jpeg_gives_what_its_decoder_gives(tmp_path: Path) -> None:
    path = tmp_path / "file"
    picture().save(path, "JPEG", dpi=(200, 200))
    image, pixels = loaded(path)
    with Pillow.open(path) as expected:
        assert np.array_equal(pixels, np.asarray(expected))
    assert (image.x_dpi, image.y_dpi) == (200, 200)


@pytest.mark.parametrize(
    ("mode", "ours", "depth"),
    [("1", Mode.BW, 1), ("L", Mode.GRAY, 8), ("P", Mode.GRAY, 8), ("RGBA", Mode.COLOR, 8)],
)
def test_a_mode_becomes_the_page_mode_that_holds_it(
    tmp_path: Path, mode: str, ours: Mode, depth: int
) -> None:
    path = tmp_path / "file"
    picture("L").convert(mode).save(path, "PNG")
    image, pixels = loaded(path)
    assert (image.mode, image.depth) == (ours, depth)
    expected = np.asarray(picture("L").convert(mode).convert("RGB" if ours is Mode.COLOR else "L"))
    assert np.array_equal(pixels.squeeze(), expected)


def test_sixteen_bits_of_gray_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    deep = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) * 16
    Pillow.fromarray(deep).save(path, "PNG")
    image, pixels = loaded(path)
    assert (image.mode, image.depth) == (Mode.GRAY, 16)
    assert np.array_equal(pixels[:, :, 0], deep)


def test_what_shines_through_is_over_white(tmp_path: Path) -> None:
    path = tmp_path / "file"
    Pillow.new("RGBA", (4, 4), (255, 0, 0, 0)).save(path, "PNG")
    _, pixels = loaded(path)
    assert (pixels == 255).all()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_cameras_orientation_is_obeyed(tmp_path: Path, orientation: int, kind: str) -> None:
    path = tmp_path / "file"
    turns = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_90,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_270,
    }
    stored = picture("L")
    if orientation in turns:
        stored = stored.transpose(turns[orientation])
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    stored.save(path, kind, exif=exif, dpi=(100, 200))
    image, pixels = loaded(path)
    assert (image.width_px, image.height_px) == (120, 80)
    if kind != "WEBP":
        dpi = (200, 100) if orientation >= 5 else (100, 200)
        assert (image.x_dpi, image.y_dpi) == pytest.approx(dpi, abs=0.1)
    off = np.abs(pixels[:, :, 0].astype(int) - np.asarray(picture("L")))
    assert off.mean() <= (0 if kind in ("PNG", "TIFF") else 4)


def test_a_color_profile_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "file"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A screen whose red and blue are the other way round.
    swapped = srgb.replace(b"rXYZ", b"swap").replace(b"bXYZ", b"rXYZ").replace(b"swap", b"bXYZ")
    color = Pillow.new("RGB", (8, 8), (200, 64, 32))
    color.save(path, "PNG", icc_profile=swapped)
    _, pixels = loaded(path)
    assert np.abs(pixels[0, 0].astype(int) - [32, 64, 200]).max() <= 3


def test_a_profile_that_is_none_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "file"
    Pillow.new("RGB", (8, 8), (128, 64, 32)).save(path, "PNG", icc_profile=b"no profile at all")
    _, pixels = loaded(path)
    assert pixels[0, 0].tolist() == [128, 64, 32]


@pytest.mark.parametrize(
    "compression",
    ["raw", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits", "jpeg", "group4"],
)
def test_every_page_of_a_tiff_is_taken(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "file"
    mode = "1" if compression == "group4" else "L"
    pages = [picture(mode, (100 + number, 60)) for number in range(3)]
    pages[0].save(
        path,
        "TIFF",
        save_all=True,
        append_images=pages[1:],
        compression=compression,
        dpi=(150, 150),
    )
    assert count(path) == 3
    for number, expected in enumerate(pages):
        image, pixels = loaded(path, number)
        assert (image.width_px, image.x_dpi) == (100 + number, 150)
        off = np.abs(pixels[:, :, 0].astype(int) - np.asarray(expected.convert("L")))
        assert off.max() <= (40 if compression == "jpeg" else 0)


def test_a_picture_without_a_resolution_is_as_large_as_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "file"
    picture("L", (2480, 3508)).save(path, "PNG")
    image, _ = loaded(path)
    assert image.x_dpi == pytest.approx(300, abs=0.1)
    picture("L", (100, 50)).save(path, "PNG")
    image, _ = loaded(path)
    assert image.x_dpi == 96


def test_a_pdf_page_that_is_one_image_gives_its_very_pixels(tmp_path: Path) -> None:
    jpeg = BytesIO()
    picture(size=(850, 1100)).save(jpeg, "JPEG", dpi=(100, 100))
    png = BytesIO()
    picture("1", (400, 300)).save(png, "PNG", dpi=(200, 200))
    path = tmp_path / "file"
    path.write_bytes(img2pdf.convert(jpeg.getvalue(), png.getvalue()))
    assert count(path) == 2
    image, pixels = loaded(path)
    with Pillow.open(jpeg) as expected:
        assert np.array_equal(pixels, np.asarray(expected))
    assert image.x_dpi == pytest.approx(100, rel=1e-3)
    image, pixels = loaded(path, 1)
    assert (image.mode, image.depth) == (Mode.BW, 1)
    assert np.array_equal(pixels[:, :, 0], np.asarray(picture("1", (400, 300)).convert("L")))
    assert image.y_dpi == pytest.approx(200, rel=1e-3)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_turned(tmp_path: Path, turn: int) -> None:
    png = BytesIO()
    picture("L", (400, 300)).save(png, "PNG", dpi=(100, 100))
    path = tmp_path / "file"
    with pikepdf.open(BytesIO(img2pdf.convert(png.getvalue()))) as pdf:
        pdf.pages[0].Rotate = turn
        pdf.save(path)
    _, pixels = loaded(path)
    assert np.array_equal(
        pixels[:, :, 0], np.rot90(np.asarray(picture("L", (400, 300))), -turn // 90)
    )


def test_any_other_pdf_page_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(144, 72))
        page.Contents = pdf.make_stream(b"0 0 72 72 re f")
        pdf.save(path)
    image, pixels = loaded(path)
    assert (image.width_px, image.height_px, image.x_dpi) == (600, 300, 300)
    assert (pixels[10:-10, 10:290] == 0).all()
    assert (pixels[10:-10, 310:-10] == 255).all()
    assert [file.name for file in tmp_path.iterdir() if "draw" in file.name] == []


@pytest.mark.parametrize(
    ("width_inch", "height_inch", "dpi"),
    [(8.27, 11.69, 300), (33.1, 46.8, 300), (200, 200, 60), (555, 4, 36), (0, 0, 300)],
    ids=["A4", "A0", "a wall", "a ribbon", "nothing"],
)
def test_a_page_is_drawn_as_sharp_as_a_scan_unless_it_is_larger_than_any_sheet(
    width_inch: float, height_inch: float, dpi: float
) -> None:
    assert pdfpages._drawn_dpi(width_inch, height_inch) == pytest.approx(dpi, rel=0.01)


def test_a_protected_pdf_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(UnsupportedImage, match="password"):
        count(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"GIF89a" + bytes(40), b"\x7fELF" + bytes(99)])
def test_what_is_no_image_is_unsupported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UnsupportedImage):
        count(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "PDF"])
def test_a_cut_off_file_is_damaged(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    noise = Pillow.effect_noise((300, 300), 90).convert("RGB")
    if kind == "PDF":
        png = BytesIO()
        noise.save(png, "PNG")
        path.write_bytes(img2pdf.convert(png.getvalue()))
    else:
        noise.save(path, kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises((DamagedImage, UnsupportedImage)):
        load(source=path, number=0, master=tmp_path / "m", preview=tmp_path / "v")
    assert not (tmp_path / "m").exists()


def test_a_bomb_is_too_large_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "file"
    whole = BytesIO()
    Pillow.new("1", (1, 1)).save(whole, "PNG")
    header = b"IHDR" + struct.pack(">IIBBBBB", 64_000, 64_000, 1, 0, 0, 0, 0)
    path.write_bytes(
        whole.getvalue()[:12]
        + header
        + struct.pack(">I", zlib.crc32(header))
        + whole.getvalue()[33:]
    )
    with pytest.raises(TooLarge):
        load(source=path, number=0, master=tmp_path / "m", preview=tmp_path / "v")


def test_the_system_has_the_program_that_draws() -> None:
    assert subprocess.run(["pdftoppm", "-v"], capture_output=True, timeout=10).returncode == 0


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_page_is_as_large_as_is_allowed_and_no_larger(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"page.{kind}"
    buffer = BytesIO()
    picture(size=(100, 50)).save(buffer, "PNG")
    path.write_bytes(buffer.getvalue() if kind == "png" else img2pdf.convert(buffer.getvalue()))
    places = {"master": tmp_path / "master", "preview": tmp_path / "preview"}
    load(source=path, number=0, **places, pixels_at_most=5000)
    with pytest.raises(TooLarge) as refused:
        load(source=path, number=0, **places, pixels_at_most=4999)
    assert refused.value.details == {"pixels": 5000, "at_most": 4999}
