"""Documents over HTTP, with all layers below: files in, edits, files out."""

import asyncio
import base64
import io
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw

from fakes import pieces
from fakes.codes import drawn
from fakes.daemon import Daemon, running_daemon
from fakes.gate import until
from fakes.sse import until as until_told
from sheetfed.core.barcodes import BarcodeFormat

LOAD, DOC, IMG = ("/dwt/dwt_16100728/" + name for name in ("load", "doc", "img"))


def pictures(kind: str, *widths: int, height: int = 60) -> bytes:
    """A file with a page for each width."""
    pages = [Image.new("RGB", (width, height), (200, 30, 30)) for width in widths]
    content = io.BytesIO()
    more: dict[str, Any] = {"save_all": True, "append_images": pages[1:]} if pages[1:] else {}
    pages[0].save(
        content, kind, dpi=(72, 72), **({"resolution": 72} if kind == "PDF" else {}), **more
    )
    return content.getvalue()


async def load(
    daemon: Daemon, content: bytes, instance: str = "test"
) -> tuple[int, dict[str, Any]]:
    address = f"{daemon.base}{LOAD}?id={instance}"
    async with daemon.http.post(address, data=pieces.body(content)) as answer:
        return answer.status, await answer.json()


async def document(daemon: Daemon, query: str, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with daemon.http.get(f"{daemon.base}{DOC}?id=test&{query}", headers=named) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


async def shown(daemon: Daemon, index: int, query: str = "") -> Image.Image:
    async with daemon.http.get(f"{daemon.base}{IMG}?id=test&index={index}{query}") as answer:
        assert answer.status == 200, await answer.text()
        picture = Image.open(io.BytesIO(await answer.read()))
        picture.load()
        return picture


async def widths(daemon: Daemon) -> list[int]:
    (count,) = await daemon.result("HowManyImagesInBuffer")
    return [(await daemon.result("GetImageInfo", index))[0]["width"] for index in range(count)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
async def test_a_picture_comes_in_as_a_page(daemon: Daemon, kind: str) -> None:
    status, body = await load(daemon, pictures(kind, 80))
    assert (status, body["result"]) == (200, [True, [0]])
    (info,) = await daemon.result("GetImageInfo", 0)
    assert (info["width"], info["height"], info["edits"]) == (80, 60, [])
    assert (await shown(daemon, 0)).size == (80, 60)


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
async def test_every_page_of_a_file_comes_in_in_order(
    daemon: Daemon, kind: str, tmp_path: Path
) -> None:
    async with await daemon.events() as stream:
        status, body = await load(daemon, pictures(kind, 40, 50, 70))
        assert (status, body["result"]) == (200, [True, [0, 1, 2]])
        told = [await until_told(stream, "page", action="added") for _ in range(3)]
    assert [event["index"] for event in told] == [0, 1, 2]
    assert await widths(daemon) == [40, 50, 70]
    assert not list((tmp_path / "store" / "incoming").iterdir())


async def test_base64_of_more_than_a_call_may_have_comes_in(daemon: Daemon) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1000, 1000, 3), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(noise).save(content, "PNG", dpi=(72, 72))
    assert len(content.getvalue()) > 2 << 20
    text = base64.b64encode(content.getvalue()).decode()
    call = f'{{"id":"test","parameter":["data:image/png;base64,{text}","png"]}}'.encode()
    address = f"{daemon.base}/f/LoadImageFromBase64Binary"
    async with daemon.http.post(address, data=pieces.body(call)) as answer:
        assert (await answer.json())["result"] == [True, [0]]
    assert np.array_equal(np.asarray(await shown(daemon, 0)), noise)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "unsupported-image"),
        (b"this is no picture at all", 415, "unsupported-image"),
        (pictures("PNG", 300)[:200], 422, "damaged-image"),
        (pictures("TIFF", 300, 400)[:-3000], 422, "damaged-image"),
    ],
    ids=["nothing", "text", "png", "tiff"],
)
async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    daemon: Daemon, tmp_path: Path, content: bytes, status: int, code: str
) -> None:
    told, body = await load(daemon, content)
    assert (told, body["error"]["code"]) == (status, code)
    assert await daemon.result("HowManyImagesInBuffer") == [0]
    assert not list((tmp_path / "store" / "incoming").iterdir())
    blobs = (tmp_path / "store" / "blobs").rglob("*")
    assert not [path for path in blobs if path.is_file()]


async def test_edits_are_in_pictures_and_files_and_are_undone(daemon: Daemon) -> None:
    await load(daemon, pictures("PNG", 80))
    await daemon.result("RotateLeft", 0)
    await daemon.result("Erase", 0, 0, 0, 60, 40, "#0000ff")
    picture = (await shown(daemon, 0)).convert("RGB")
    assert (picture.size, picture.getpixel((30, 10))) == ((60, 80), (0, 0, 255))
    assert picture.getpixel((30, 60)) == (200, 30, 30)
    file = Image.open(io.BytesIO(await document(daemon, "type=png&indices=0"))).convert("RGB")
    assert (file.size, file.getpixel((30, 10))) == ((60, 80), (0, 0, 255))
    await daemon.result("Undo", 0)
    await daemon.result("Undo", 0)
    assert (await shown(daemon, 0)).size == (80, 60)
    assert (await daemon.call("Undo", 0))["error"]["code"] == "nothing-to-undo"


async def test_edits_and_what_was_undone_outlive_the_daemon(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as first:
        await load(first, pictures("TIFF", 40, 50))
        await first.result("Invert", 0)
        await first.result("Flip", 0)
        await first.result("Undo", 0)
        await first.result("SwitchImage", 0, 1)
        await first.kill()
    async with running_daemon(tmp_path) as second:
        assert await widths(second) == [50, 40]
        (info,) = await second.result("GetImageInfo", 1)
        assert [edit["op"] for edit in info["edits"]] == ["invert"]
        assert (info["can_undo"], info["can_redo"]) == (True, True)
        assert await second.result("Redo", 1) == [True]


async def test_files_go_out_as_they_were_asked_for(daemon: Daemon) -> None:
    await load(daemon, pictures("TIFF", 400, 500, height=600))
    tiff = Image.open(io.BytesIO(await document(daemon, "type=tiff&compression=4")))
    assert (tiff.n_frames, tiff.info["compression"], tiff.mode) == (2, "group4", "1")
    query = "type=pdf&page_size=A4&title=Two+pages&compression=5"
    content = io.BytesIO(await document(daemon, query, DWT_PDF_PASSWORD="s3cret"))
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(content)
    with pikepdf.open(content, password="s3cret") as pdf:
        width, height = (round(float(pdf.pages[0].mediabox[side])) for side in (2, 3))
        assert (width, height) == (595, 842)
        assert (len(pdf.pages), str(pdf.docinfo["/Title"])) == (2, "Two pages")
    (coded,) = await daemon.result("ConvertToBase64", [1], "webp", {"quality": 30})
    webp = Image.open(io.BytesIO(base64.b64decode(coded, validate=True)))
    assert (webp.format, webp.size) == ("WEBP", (500, 600))
    assert "s3cret" not in daemon.log()


async def test_sixteen_bits_come_in_and_go_out(daemon: Daemon) -> None:
    deep = np.arange(60 * 80, dtype=np.uint16).reshape(60, 80) * 13
    content = io.BytesIO()
    Image.fromarray(deep).save(content, "PNG")
    await load(daemon, content.getvalue())
    assert (await daemon.result("GetImageInfo", 0))[0]["bit_depth"] == 16
    png = Image.open(io.BytesIO(await document(daemon, "type=png&indices=0")))
    assert np.array_equal(np.asarray(png).astype(np.uint16), deep)


async def test_a_skewed_page_is_set_upright(daemon: Daemon) -> None:
    page = Image.new("L", (800, 1000), 255)
    draw = ImageDraw.Draw(page)
    for top in range(100, 900, 24):
        draw.rectangle((100, top, 700, top + 9), fill=0)
    content = io.BytesIO()
    page.rotate(-3, fillcolor=255, resample=Image.Resampling.BICUBIC).save(
        content, "PNG", dpi=(100, 100)
    )
    await load(daemon, content.getvalue())
    (angle,) = await daemon.result("GetSkewAngle", 0)
    assert abs(angle - 3) < 0.2
    assert await daemon.result("Deskew", 0) == [True, {"angle": angle}]
    (rest,) = await daemon.result("GetSkewAngle", 0)
    assert abs(rest) < 0.2


async def test_a_barcode_is_read_from_a_page(daemon: Daemon) -> None:
    code = Image.fromarray(drawn(BarcodeFormat.QR_CODE, "sheet 42"))
    sheet = Image.new("L", (600, 600), 255)
    sheet.paste(code, (100, 150))
    content = io.BytesIO()
    sheet.save(content, "PNG", dpi=(150, 150))
    await load(daemon, content.getvalue())
    ((found,),) = await daemon.result("ReadBarcode", 0)
    assert (found["text"], found["format"], found["page"]) == ("sheet 42", "qr-code", 0)
    for across, down in found["points"]:
        assert 100 <= across <= 100 + code.width
        assert 150 <= down <= 150 + code.height


async def test_a_slow_reader_of_a_file_keeps_nobody_from_the_image_work(tmp_path: Path) -> None:
    async with running_daemon(tmp_path, config="imaging.workers = 1\n") as daemon:
        await load(daemon, pictures("BMP", 3000, height=3000))
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.setblocking(False)
        with slow:
            loop = asyncio.get_running_loop()
            port = int(daemon.base.rpartition(":")[2])
            await loop.sock_connect(slow, ("127.0.0.1", port))
            query = f"{DOC}?id=test&type=tiff&compression=1"
            head = f"GET {query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
            await loop.sock_sendall(slow, head.encode())
            assert b" 200 " in await loop.sock_recv(slow, 1000)
            cache = tmp_path / "cache"
            assert any(path.stat().st_size > 20_000_000 for path in cache.iterdir())
            assert (await shown(daemon, 0, "&width=50&height=50")).size == (50, 50)
            assert len(await document(daemon, "type=jpeg&indices=0")) > 1000
        await until(lambda: not [path for path in cache.iterdir() if path.name.startswith(".")])
