"""A sealed store: all image work of real workers reads and writes sealed files alone."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image as Pillow

from fakes.image_workers import workers
from fakes.sealed import KEYRING, clear_files, content, seal
from fakes.spooled import color_pattern, write_color_page
from sheetfed.core.edits import Rotate
from sheetfed.core.errors import DamagedImage
from sheetfed.core.exports import ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType
from sheetfed.core.ports import PageFiles
from sheetfed.imaging.pool import ImagingPool
from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import Key, KeyKind

ENDED = 1.0


@pytest.fixture
async def sealing() -> AsyncIterator[ImagingPool]:
    pool = ImagingPool(workers=2, keyring=KEYRING)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture
async def page(tmp_path: Path, sealing: ImagingPool) -> PageFiles:
    """A page that was taken in from a sealed spool."""
    spool = seal(write_color_page(tmp_path / "spool"))
    files = PageFiles(tmp_path / "master", tmp_path / "preview")
    await sealing.ingest(spool, files.master, files.preview)
    return files


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


@pytest.fixture(autouse=True)
def nothing_is_clear(tmp_path: Path) -> AsyncIterator[None]:
    yield
    assert clear_files(tmp_path) == set()


def pixels(encoded: bytes) -> np.ndarray:
    with Pillow.open(BytesIO(encoded)) as picture:
        return np.asarray(picture)


async def exported(
    pool: ImagingPool,
    pages: list[PageFiles],
    image_type: ImageType,
    target: Path,
    **options: object,
) -> bytes:
    await pool.export(
        pages=pages,
        image_type=image_type,
        options=ExportOptions(**options),  # type: ignore[arg-type]
        target=target,
    )
    return content(target)


async def test_a_page_is_what_it_would_be_in_clear(
    sealing: ImagingPool, page: PageFiles, target: Path
) -> None:
    made = await exported(sealing, [page], ImageType.PNG, target)
    assert np.array_equal(pixels(made), color_pattern(850, 1100))
    assert await sealing.verify(master=page.master, preview=page.preview)


async def test_a_render_is_made_of_the_preview_or_of_the_whole(
    sealing: ImagingPool, page: PageFiles, target: Path
) -> None:
    turned = PageFiles(page.master, page.preview, (Rotate(90),))
    for files, size in ((page, (200, 259)), (turned, (259, 200)), (page, (850, 1100))):
        await sealing.render(
            page=files,
            width_px=size[0],
            height_px=size[1],
            image_type=ImageType.JPEG,
            target=target,
        )
        assert pixels(content(target)).shape == (size[1], size[0], 3)


@pytest.mark.parametrize(
    "image_type", [ImageType.JPEG, ImageType.BMP, ImageType.WEBP, ImageType.TIFF]
)
async def test_each_type_of_file_is_made_and_taken_in_again(
    sealing: ImagingPool, page: PageFiles, target: Path, tmp_path: Path, image_type: ImageType
) -> None:
    assert pixels(await exported(sealing, [page], image_type, target)).shape == (1100, 850, 3)
    assert await sealing.count(target) == 1
    image = await sealing.load(
        source=target, number=0, master=tmp_path / "m2", preview=tmp_path / "v2"
    )
    assert (image.width_px, image.height_px) == (850, 1100)


async def test_many_pages_become_one_tiff(
    sealing: ImagingPool, page: PageFiles, target: Path
) -> None:
    made = await exported(sealing, [page] * 3, ImageType.TIFF, target)
    with Pillow.open(BytesIO(made)) as picture:
        assert picture.n_frames == 3
        picture.seek(2)
        assert np.array_equal(np.asarray(picture), color_pattern(850, 1100))
    assert await sealing.count(target) == 3


@pytest.mark.parametrize("password", ["", "secret"])
async def test_many_pages_become_one_pdf_that_says_what_it_is(
    sealing: ImagingPool, page: PageFiles, target: Path, password: str
) -> None:
    about = Metadata(title="Found")
    made = await exported(
        sealing, [page] * 3, ImageType.PDF, target, metadata=about, password=password
    )
    with pikepdf.open(BytesIO(made), password=password) as pdf:
        assert len(pdf.pages) == 3
        assert str(pdf.docinfo["/Title"]) == "Found"


async def test_a_pdf_that_has_to_be_drawn_is_drawn_in_memory(
    sealing: ImagingPool, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    _write_drawing(source)
    seal(source)
    assert await sealing.count(source) == 2
    image = await sealing.load(
        source=source, number=1, master=tmp_path / "m2", preview=tmp_path / "v2"
    )
    assert (image.width_px, image.height_px, image.x_dpi) == (600, 300, 300)


async def test_a_worker_without_the_key_can_do_nothing_with_a_page(
    page: PageFiles, target: Path
) -> None:
    other = Keyring(sealing=Key(KeyKind.SESSION, bytes(32)))
    pool = ImagingPool(workers=1, keyring=other)
    await pool.start()
    try:
        with pytest.raises(DamagedImage, match="sealed with a key that is gone"):
            await exported(pool, [page], ImageType.PNG, target)
    finally:
        await pool.close()


async def test_a_master_that_was_changed_is_damaged(
    sealing: ImagingPool, page: PageFiles, target: Path
) -> None:
    stored = bytearray(page.master.read_bytes())
    stored[-100] ^= 1
    page.master.write_bytes(stored)
    with pytest.raises(DamagedImage):
        await exported(sealing, [page], ImageType.PNG, target)


async def test_keys_are_in_no_workers_arguments_and_environment(sealing: ImagingPool) -> None:
    key = KEYRING.sealing
    assert key is not None
    for pid in workers():
        for name in ("cmdline", "environ"):
            shown = Path(f"/proc/{pid}/{name}").read_bytes()
            assert key.secret not in shown
            assert key.secret.hex().encode() not in shown


async def test_a_worker_keeps_no_descriptor_of_the_keys(sealing: ImagingPool) -> None:
    for pid in workers():
        links = [link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [name for name in links if name.startswith("memfd:")]


def _write_drawing(path: Path) -> None:
    """Two pages of 2 by 1 inches with a line on each: no image to take out."""
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page(page_size=(144, 72))
            pdf.pages[-1].Contents = pdf.make_stream(b"10 10 m 100 50 l S")
        pdf.save(path)
