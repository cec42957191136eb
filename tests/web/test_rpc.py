"""The envelope, the methods' parameters, and the errors' shape."""

import json
from typing import Any

import pytest

from fakes.core import ORIGIN
from fakes.devices import Sheet, SlowSheet
from fakes.door import MAX_JSON_BYTES, OpenDoor
from sheetfed.core.errors import PaperJam, ScannerIo


async def post(door: OpenDoor, path: str, body: str | bytes, **headers: str) -> tuple[int, str]:
    async with door.http.post(door.base + path, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_version_info_by_get_is_the_reference_shape(door: OpenDoor) -> None:
    async with await door.get("/fa/VersionInfo?ts=1603161807908") as answer:
        text = await answer.text()
        assert answer.content_type == "application/json"
    assert text == '{"id":"1","method":"VersionInfo","result":["0, 1, 0, 0000","","64"],"cmdId":""}'


@pytest.mark.parametrize("path", ["/f/VersionInfo", "/fa/VersionInfo"])
async def test_version_info_by_post_is_the_same(door: OpenDoor, path: str) -> None:
    _, text = await post(door, path, '{"id":"7","cmdId":"c"}')
    assert (
        text == '{"id":"7","method":"VersionInfo","result":["0, 1, 0, 0000","","64"],"cmdId":"c"}'
    )


@pytest.mark.parametrize("number", ["414778098", '"414778098"'])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
async def test_remove_all_images_is_the_reference_shape(
    door: OpenDoor, number: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    status, text = await post(door, "/f/RemoveAllImages?753350643", f'{{"id":{number}}}', **headers)
    assert status == 200
    assert text == '{"id":"414778098","method":"RemoveAllImages","result":[true],"cmdId":""}'


async def test_any_other_method_by_get_is_refused_and_does_nothing(door: OpenDoor) -> None:
    await door.call("AcquireImage")
    async with await door.get("/f/RemoveAllImages?id=test") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"
        body = await answer.json()
    assert body["error"]["code"] == "method-not-allowed"
    assert (await door.call("HowManyImagesInBuffer"))[1]["result"] == [1]


async def test_an_unknown_method_is_not_found_in_the_errors_shape(door: OpenDoor) -> None:
    status, body = await door.call("Explode")
    assert status == 404
    assert list(body) == ["id", "method", "result", "cmdId", "error"]
    assert body["error"]["code"] == "not-found"
    assert body["error"]["details"] == {"name": "Explode"}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("{", "body"),
        ("[]", "body"),
        ("[" * 1000, "body"),
        ('{"parameter":' + "[" * 40 + "]" * 40 + "}", "body"),
        ('{"id":"ä"}', "id"),
        ('{"id":true}', "id"),
        ('{"id":"' + "x" * 65 + '"}', "id"),
        ('{"cmdId":5}', "cmdId"),
        ('{"method":"Other"}', "method"),
        ('{"parameter":{}}', "parameter"),
        ('{"parameter":[1,2]}', "parameter"),
        ('{"parameter":["one"]}', "index"),
        ('{"parameter":[true]}', "index"),
        ('{"parameter":[1.5]}', "index"),
        ('{"parameter":[1e400]}', "index"),
        ('{"parameter":[]}', "index"),
    ],
)
async def test_bad_input_names_what_is_wrong(door: OpenDoor, body: str, name: str) -> None:
    status, text = await post(door, "/f/GetImageInfo", body)
    error = json.loads(text)["error"]
    assert (status, error["code"], error["details"]["name"]) == (400, "invalid-parameter", name)


async def test_a_body_beyond_the_limit_is_refused(door: OpenDoor) -> None:
    status, text = await post(door, "/f/GetDevices", b"x" * (MAX_JSON_BYTES + 1))
    assert (status, json.loads(text)["error"]["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"resolution": "high"}, "resolution"),
        ({"PixelType": 9}, "PixelType"),
        ({"PixelType": True}, "PixelType"),
        ({"PixelType": [2]}, "PixelType"),
        ({"page_size": "A99"}, "page_size"),
        ({"PageSize": 9999}, "page_size"),
        ({"IfFeederEnabled": "yes"}, "IfFeederEnabled"),
        ({"paper_source": "tray"}, "paper_source"),
    ],
)
async def test_a_setting_of_a_wrong_type_names_what_is_allowed(
    door: OpenDoor, settings: dict[str, Any], name: str
) -> None:
    status, body = await door.call("AcquireImage", settings)
    assert (status, body["error"]["details"]["name"]) == (400, name)
    assert body["error"]["details"]["allowed"]
    assert "open" not in door.core.devices.calls


async def test_an_index_out_of_range_is_not_found(door: OpenDoor) -> None:
    for method, parameters in (
        ("GetImageInfo", [0]),
        ("RemoveImage", [0]),
        ("MoveImage", [0, 1]),
        ("IndexToImageID", [-1]),
    ):
        status, body = await door.call(method, *parameters)
        assert (status, body["error"]["code"]) == (404, "index-out-of-range"), method


async def test_the_browser_words_reach_the_driver_as_ours(door: OpenDoor) -> None:
    settings = {
        "IfDuplexEnabled": True,
        "IfFeederEnabled": True,
        "PixelType": 1,
        "Resolution": 300,
        "PageSize": 1,
        "XferCount": 1,
        "Brightness": 10,
        "source": "Desk scanner",
    }
    await door.call("AcquireImage", settings)
    (asked,) = door.core.devices.settings
    assert (asked.paper_source, asked.mode, asked.resolution) == ("feeder-duplex", "gray", 300)
    assert (asked.pages, asked.brightness, asked.scanner) == (1, 10, "Desk scanner")
    assert asked.area is not None
    assert (asked.area.width_mm, asked.area.height_mm) == (210.0, 297.0)


@pytest.mark.parametrize(
    ("settings", "source"),
    [({"IfFeederEnabled": True}, "feeder"), ({"IfFeederEnabled": False}, "flatbed")],
)
async def test_the_feeder_switch_chooses_the_source(
    door: OpenDoor, settings: dict[str, Any], source: str
) -> None:
    door.core.devices.load(Sheet())
    await door.call("AcquireImage", settings)
    assert door.core.devices.settings[0].paper_source == source


async def test_acquire_answers_a_pause_with_what_can_be_done(door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet(), PaperJam(), Sheet())
    status, body = await door.call("AcquireImage", {"paper_source": "feeder"})
    assert (status, body["error"]["code"]) == (409, "paper-jam")
    details = body["error"]["details"]
    assert (details["indices"], details["resumable"]) == ([0, 1], True)
    assert (await door.call("ResumeJob", details["job"]))[1]["result"] == [True]
    job = await door.core.ledger.ended(details["job"])
    assert (job.state, job.pages) == ("done", 3)


async def test_acquire_answers_a_failure_with_the_pages_that_stay(door: OpenDoor) -> None:
    door.core.devices.load(ScannerIo())
    status, body = await door.call("AcquireImage", {"paper_source": "feeder"})
    assert (status, body["error"]["code"]) == (502, "scanner-io")
    assert body["error"]["details"]["resumable"] is False


async def test_a_canceled_acquire_answers_that_it_is_not_whole(door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), SlowSheet())
    _, accepted = await door.call("AcquireImage", {"paper_source": "feeder"}, door="fa")
    job = accepted["result"][1]
    with door.core.hub.subscribe(after=0) as told:
        while (event := await told.next()) is not None:
            if getattr(event.event, "index", None) == 0:
                break
    assert (await door.call("CancelAllPendingTransfers"))[1]["result"] == [True]
    (status,) = (await door.call("JobStatus", job))[1]["result"]
    assert (status["state"], status["indices"]) == ("canceled", [0])


async def test_resuming_a_job_that_is_not_paused_is_a_conflict(door: OpenDoor) -> None:
    _, body = await door.call("AcquireImage")
    for method in ("ResumeJob", "FinishJob"):
        status, answer = await door.call(method, body["result"][2])
        assert (status, answer["error"]["code"]) == (409, "wrong-state")


async def test_somebody_elses_job_is_not_found(door: OpenDoor) -> None:
    _, body = await door.call("AcquireImage")
    for method in ("JobStatus", "ResumeJob", "FinishJob"):
        status, _ = await door.call(method, body["result"][2], Origin=ORIGIN)
        assert status == 404, method


async def test_devices_are_listed_anew_when_asked(door: OpenDoor) -> None:
    _, body = await door.call("GetDevices", True)
    assert [scanner["name"] for scanner in body["result"][0]] == ["Desk scanner", "Hall scanner"]
    assert door.core.devices.calls == ["survey", "survey"]


async def test_capabilities_of_a_named_scanner(door: OpenDoor) -> None:
    _, body = await door.call("GetCapabilities", "Hall scanner")
    (capabilities,) = body["result"]
    assert (capabilities["feeder"], capabilities["duplex"]) == (True, False)
    assert capabilities["sources"][0]["resolution_range"] == {"min": 50, "max": 1200, "step": 1}
    status, _ = await door.call("GetCapabilities", "Cellar scanner")
    assert status == 404
