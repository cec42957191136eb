"""A job's pages over REST: one after the other as they come, or any of them."""

import asyncio

import pytest

from fakes.core import ORIGIN
from fakes.devices import Sheet, SlowSheet
from fakes.door import OpenDoor
from fakes.gate import idle, until
from fakes.pages import SIGNATURES
from fakes.rest import JOBS, Answered, Rest
from sheetfed.core.errors import DamagedImage, PaperJam, StoreFull
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Caller, JobId, Owner
from sheetfed.web import presence

FEEDER = {"IfFeederEnabled": True}
ALICE = Caller(Owner(1000))
PNG, JPEG = SIGNATURES[ImageType.PNG], SIGNATURES[ImageType.JPEG]


async def every(rest: Rest, path: str) -> list[Answered]:
    """What the address answers until it says that there is no more."""
    answers = [await rest.get(path)]
    while answers[-1].status == 200:
        answers.append(await rest.get(path))
    return answers


def page_of(answer: Answered) -> bytes:
    """The fake picture's words, which name the page."""
    return answer.body.partition(b"p")[2].partition(b".")[0]


async def test_pages_come_one_after_the_other_then_204_once_then_410(
    rest: Rest, door: OpenDoor
) -> None:
    door.core.devices.load(Sheet(), Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    *pages, end = await every(rest, f"{job}/next-page")
    assert [page.headers["Content-Type"] for page in pages] == ["image/png"] * 3
    assert all(page.body.startswith(PNG) for page in pages)
    assert len({page.body for page in pages}) == 3
    assert (end.status, end.body) == (204, b"")
    for _ in range(2):
        assert (await rest.get(f"{job}/next-page")).told == (410, -1034, "gone")


async def test_a_page_is_waited_for(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(slow := SlowSheet())
    job = await rest.job(config=FEEDER)
    waiting = asyncio.create_task(rest.get(f"{job}/next-page/?type=image/jpeg"))
    await slow.gate.reached()
    assert not waiting.done()
    slow.gate.open()
    page = await waiting
    assert (page.status, page.headers["Content-Type"]) == (200, "image/jpeg")
    assert page.body.startswith(JPEG)
    assert (await rest.get(f"{job}/next-page")).status == 204


async def test_a_pending_job_is_waited_for_too(rest: Rest) -> None:
    job = await rest.job(autoRun=False)
    waiting = asyncio.create_task(rest.get(f"{job}/next-page-info"))
    await idle()
    assert (await rest.get(f"{job}/content?page=0")).status == 204
    await rest.patch(job, {"status": "running"})
    assert (await waiting).status == 200


async def test_who_waits_for_a_job_that_is_removed_hears_the_end(
    rest: Rest, door: OpenDoor
) -> None:
    door.core.devices.load(slow := SlowSheet())
    job = await rest.job(config=FEEDER)
    waiting = asyncio.create_task(rest.get(f"{job}/next-page"))
    await slow.gate.reached()
    await rest.delete(job)
    assert (await waiting).status == 204
    assert (await rest.get(f"{job}/next-page")).told == (410, -1034, "gone")


async def test_two_who_ask_at_once_get_one_page_each(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    one, other = await asyncio.gather(*(rest.get(f"{job}/next-page") for _ in range(2)))
    assert (one.status, other.status) == (200, 200)
    assert one.body != other.body


async def test_a_page_that_could_not_be_had_is_the_next_one_again(
    rest: Rest, door: OpenDoor
) -> None:
    job = await rest.job()
    door.core.pages.rendering.fault = StoreFull()
    assert (await rest.get(f"{job}/next-page")).told == (507, -1, "store-full")
    door.core.pages.rendering.fault = None
    assert (await rest.get(f"{job}/next-page")).status == 200


async def test_a_damaged_page_is_told_once_and_the_others_come(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    door.core.pages.rendering.fault = DamagedImage()
    assert (await rest.get(f"{job}/next-page")).told == (422, -1, "damaged-image")
    door.core.pages.rendering.fault = None
    assert [answer.status for answer in await every(rest, f"{job}/next-page")] == [200, 204]


async def test_a_page_whose_client_has_gone_is_the_next_ones(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(slow := SlowSheet())
    job = await rest.job(config=FEEDER)
    waiting = asyncio.create_task(rest.get(f"{job}/next-page"))
    await slow.gate.reached()
    waiting.cancel()
    await asyncio.wait({waiting})
    slow.gate.open()
    assert (await rest.get(f"{job}/next-page")).status == 200


async def test_what_is_known_of_pages_comes_with_a_cursor_of_its_own(
    rest: Rest, door: OpenDoor
) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    *infos, end = await every(rest, f"{job}/next-page-info")
    assert [info.json["imageId"] for info in infos] == [1, 2]
    assert (end.status, end.body) == (204, b"")
    assert (await rest.get(f"{job}/next-page-info")).told == (410, -1034, "gone")
    assert (await rest.get(f"{job}/next-page")).status == 200
    found = infos[0].json
    assert found["url"].startswith(f"{rest.base}/dwt/dwt_")
    assert found["url"].endswith(f"/img?pageid={found['imageuid']}")
    assert found["imageInfo"] == {
        "BitsPerPixel": 24,
        "BitsPerSample": [8, 8, 8, 0, 0, 0, 0, 0],
        "Compression": 0,
        "ImageLayout": {
            "DocumentNumber": 1,
            "Frame": {"Bottom": 11.6933, "Left": 0, "Right": 8.2667, "Top": 0},
            "FrameNumber": 0,
            "PageNumber": 1,
        },
        "ImageLength": 3508,
        "ImageWidth": 2480,
        "PixelType": 2,
        "Planar": False,
        "SamplesPerPixel": 3,
        "XResolution": 300,
        "YResolution": 300,
    }


async def test_the_url_of_a_page_is_its_picture(rest: Rest) -> None:
    (page,) = await rest.scanned()
    answer = await rest.get(page["url"].removeprefix(rest.base))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")


async def test_a_page_that_is_named_comes_any_number_of_times(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    infos = await every(rest, f"{job}/next-page-info")
    second = infos[1].json["imageuid"]
    bodies = {(await rest.get(f"{job}/next-page?page={second}")).body for _ in range(3)}
    assert len(bodies) == 1
    assert second.encode() in bodies.pop()
    first = await rest.get(f"{job}/next-page")
    assert infos[0].json["imageuid"].encode() in first.body
    other = await rest.job()
    for uid in ("p0", (await rest.get(f"{other}/next-page-info")).json["imageuid"]):
        answer = await rest.get(f"{job}/next-page?page={uid}")
        assert answer.told == (404, -1034, "not-found")


@pytest.mark.parametrize("path", ["next-page", "content"])
async def test_another_type_is_refused(rest: Rest, path: str) -> None:
    job = await rest.job()
    for word in ("image/webp", "application/pdf", "x"):
        answer = await rest.get(f"{job}/{path}?page=0&type={word}")
        assert answer.told == (400, -2113, "invalid-parameter")


async def test_a_paused_job_serves_its_pages_then_the_end_and_later_the_rest(
    rest: Rest, door: OpenDoor
) -> None:
    door.core.devices.load(Sheet(), PaperJam(), Sheet())
    job = await rest.job(config=FEEDER)
    await door.core.jobs.settled(ALICE, JobId(job.rpartition("/")[2]))
    assert [answer.status for answer in await every(rest, f"{job}/next-page")] == [200, 204]
    assert (await rest.get(f"{job}/next-page")).status == 410
    assert (await rest.patch(job, {"status": "running"})).status == 200
    assert [answer.status for answer in await every(rest, f"{job}/next-page")] == [200, 204]


async def test_pages_are_had_by_their_index(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), slow := SlowSheet())
    job = await rest.job(config=FEEDER)
    await slow.gate.reached()
    await idle()
    first = await rest.get(f"{job}/content?page=0&type=image/jpeg")
    assert (first.status, first.body[:4]) == (200, JPEG)
    assert (await rest.get(f"{job}/content?page=1")).status == 204
    slow.gate.open()
    await every(rest, f"{job}/next-page-info")
    assert (await rest.get(f"{job}/content?page=1")).status == 200
    for index in (2, -1):
        answer = await rest.get(f"{job}/content?page={index}")
        assert answer.told == (404, -1034, "index-out-of-range")
    assert (await rest.get(f"{job}/content?page=x")).told[0] == 400


async def test_all_pages_of_a_job_are_had_as_one_file(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    await every(rest, f"{job}/next-page-info")
    for query, count, kind in (
        ("", 2, ImageType.PDF),
        ("?type=image/tiff", 2, ImageType.TIFF),
        ("?type=image/jpeg", 1, ImageType.JPEG),
    ):
        answer = await rest.get(f"{job}/content{query}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, kind.media_type)
        assert door.core.pages.exported[-1][:2] == (count, kind)


async def test_pages_that_are_taken_out_of_the_document_do_not_come(
    rest: Rest, door: OpenDoor
) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await rest.job(config=FEEDER)
    await every(rest, f"{job}/next-page-info")
    document = (await rest.get(job)).json["document"]
    await rest.delete(f"/api/storage/documents/{document}/pages/0")
    assert [answer.status for answer in await every(rest, f"{job}/next-page")] == [200, 204]


async def test_head_takes_no_page(rest: Rest) -> None:
    job = await rest.job()
    assert (await rest.ask("HEAD", f"{job}/next-page")).status == 405
    assert (await rest.get(f"{job}/next-page")).status == 200


async def test_who_waits_and_loses_the_permission_gets_no_page(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(slow := SlowSheet(finishes=True))
    asked = {"config": FEEDER}
    job = (await rest.ask("POST", JOBS, asked, {"Origin": ORIGIN})).json["jobuid"]
    path = f"{JOBS}/{job}/next-page"
    waiting = asyncio.create_task(rest.ask("GET", path, headers={"Origin": ORIGIN}))
    await slow.gate.reached()
    door.core.grants.configure([])
    assert (await waiting).told == (403, -1, "origin-not-granted")


async def test_who_waits_is_forgotten_when_its_client_has_gone(
    rest: Rest, door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "LOOKS_EVERY_S", 0.01)
    job = await rest.job(autoRun=False)
    before = len(asyncio.all_tasks())
    waiting = [asyncio.create_task(rest.get(f"{job}/next-page")) for _ in range(5)]
    await until(lambda: len(asyncio.all_tasks()) > before + 10)
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    await until(lambda: not any("_upcoming" in repr(task) for task in asyncio.all_tasks()))
    await rest.delete(job)
