"""One scan, from the click to the page: every layer, on real input."""

import asyncio
import io
from pathlib import Path

import pikepdf
from PIL import Image

from fakes.daemon import Daemon
from fakes.sse import until

FEEDER = {"paper_source": "feeder", "resolution": 75}


async def test_ten_feeder_pages_are_in_the_buffer_in_order(daemon: Daemon) -> None:
    done, indices, job = await daemon.result("AcquireImage", FEEDER)
    assert (done, indices) == (True, list(range(10)))
    assert await daemon.result("HowManyImagesInBuffer") == [10]
    (status,) = await daemon.result("JobStatus", job)
    assert (status["state"], status["pages"], status["error"]) == ("done", 10, None)


async def test_the_words_of_browser_pages_give_the_same_scan(daemon: Daemon) -> None:
    settings = {
        "IfFeederEnabled": True,
        "PixelType": 0,
        "Resolution": 100,
        "XferCount": 2,
        "IfShowUI": False,
    }
    done, indices, job = await daemon.result("AcquireImage", settings)
    assert (done, indices) == (True, [0, 1])
    (info,) = await daemon.result("GetImageInfo", 1)
    assert (info["bit_depth"], info["x_dpi"], info["y_dpi"]) == (1, 100.0, 100.0)
    (status,) = await daemon.result("JobStatus", job)
    assert status["ignored"] == ["IfShowUI"]


async def test_a_flatbed_gives_one_page_of_the_asked_area(daemon: Daemon) -> None:
    area = {"left": 10, "top": 20, "width": 50.8, "height": 25.4}
    settings = {"paper_source": "flatbed", "mode": "gray", "resolution": 100, "area": area}
    _, indices, _ = await daemon.result("AcquireImage", settings)
    (info,) = await daemon.result("GetImageInfo", 0)
    assert indices == [0]
    assert abs(info["width"] - 200) <= 4
    assert abs(info["height"] - 100) <= 4
    assert info["bit_depth"] == 8


async def test_the_image_endpoint_fits_a_page_into_the_asked_box(daemon: Daemon) -> None:
    await daemon.result("AcquireImage", {"resolution": 150})
    query = {"id": "test", "index": "0", "width": "100", "height": "80", "ticks": "1"}
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_16100728/img", params=query) as answer:
        assert answer.content_type == "image/jpeg"
        etag = answer.headers["ETag"]
        with Image.open(io.BytesIO(await answer.read())) as picture:
            assert picture.size == (80, 80)
    again = {"If-None-Match": etag}
    async with daemon.http.get(
        f"{daemon.base}/dwt/dwt_16100728/img", params=query, headers=again
    ) as answer:
        assert answer.status == 304


async def test_a_full_size_image_is_a_png_of_all_pixels(daemon: Daemon) -> None:
    await daemon.result("AcquireImage", {"resolution": 75})
    (info,) = await daemon.result("GetImageInfo", 0)
    async with daemon.http.get(info["url"]) as answer:
        assert answer.content_type == "image/png"
        with Image.open(io.BytesIO(await answer.read())) as picture:
            assert picture.size == (info["width"], info["height"])


async def test_the_buffer_comes_out_as_one_pdf(daemon: Daemon) -> None:
    await daemon.result("AcquireImage", {**FEEDER, "pages": 3})
    url = f"{daemon.base}/dwt/dwt_1/doc"
    async with daemon.http.get(url, params={"id": "test", "type": "pdf"}) as answer:
        assert answer.content_type == "application/pdf"
        with pikepdf.open(io.BytesIO(await answer.read())) as pdf:
            assert len(pdf.pages) == 3
            assert abs(float(pdf.pages[0].mediabox[2]) - 200 / 25.4 * 72) < 2
    chosen = {"id": "test", "indices": "2,0", "type": "application/pdf"}
    async with daemon.http.get(url, params=chosen) as answer:
        with pikepdf.open(io.BytesIO(await answer.read())) as pdf:
            assert len(pdf.pages) == 2


async def test_fa_answers_with_the_job_at_once_and_events_tell_the_rest(daemon: Daemon) -> None:
    async with await daemon.events() as stream:
        body = await daemon.call("AcquireImage", {**FEEDER, "pages": 2}, door="fa")
        accepted, job = body["result"]
        assert accepted is True
        assert (await until(stream, "page", action="added", index=0))["instance"] == "test"
        second = await until(stream, "page", action="added", index=1)
        assert second["url"].startswith(daemon.base)
        assert (await until(stream, "job", job=job, state="done"))["pages"] == 2


async def test_pages_are_moved_and_removed(daemon: Daemon) -> None:
    await daemon.result("AcquireImage", {**FEEDER, "pages": 3})
    first, second, third = [(await daemon.result("IndexToImageID", index))[0] for index in range(3)]
    assert await daemon.result("MoveImage", 0, 2) == [True]
    assert await daemon.result("ImageIDToIndex", first) == [2]
    assert await daemon.result("RemoveImage", 0) == [True]
    assert await daemon.result("ImageIDToIndex", second) == [-1]
    assert await daemon.result("ImageIDToIndex", third) == [0]
    assert await daemon.result("RemoveAllImages") == [True]
    assert await daemon.result("HowManyImagesInBuffer") == [0]


async def test_removed_pages_leave_no_file(daemon: Daemon, tmp_path: Path) -> None:
    await daemon.result("AcquireImage", {**FEEDER, "pages": 2})
    store, cache = tmp_path / "store", tmp_path / "cache"
    for size in ("", "&width=50&height=50", "&type=webp"):
        url = f"{daemon.base}/dwt/dwt_1/img?id=test&index=1{size}"
        async with daemon.http.get(url) as answer:
            assert answer.status == 200
    assert len(list(cache.iterdir())) == 3
    await daemon.result("RemoveAllImages")
    assert list(cache.iterdir()) == []
    assert [file for file in (store / "blobs").rglob("*") if file.is_file()] == []
    assert list((store / "spool").iterdir()) == []


async def test_two_instances_and_two_scanners_do_not_mix(daemon: Daemon) -> None:
    names = (await daemon.result("GetSourceNames"))[0]
    assert len(set(names)) == 2
    await asyncio.gather(
        *(
            daemon.result("AcquireImage", {**FEEDER, "scanner": name, "pages": 3}, instance=who)
            for who, name in zip(("one", "two"), names, strict=True)
        )
    )
    for who in ("one", "two"):
        assert await daemon.result("HowManyImagesInBuffer", instance=who) == [3]


async def test_another_program_can_use_the_scanner_right_after_a_job(
    daemon: Daemon, tmp_path: Path
) -> None:
    await daemon.result("AcquireImage", {"resolution": 75})
    held = [
        target
        for worker in daemon.workers()
        for target in Path(f"/proc/{worker}/map_files").glob("*")
        if "libsane-test" in str(target.resolve())
    ]
    assert held == [], "a worker that holds a device is left"
    assert "libsane" not in Path(f"/proc/{daemon.process.pid}/maps").read_text()


async def test_a_finished_job_is_one_line_in_the_log(daemon: Daemon) -> None:
    await daemon.result("AcquireImage", {**FEEDER, "pages": 2})
    lines = [line for line in daemon.log().splitlines() if "scan on" in line]
    assert len(lines) == 1
    assert "Noname frontend-tester: done, 2 pages, " in lines[0]
