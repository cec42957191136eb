"""What clients for Node.js, .NET and Flutter send, and what they look at in the answers."""

import asyncio
import json
from typing import Any

from fakes.devices import Sheet
from fakes.door import OpenDoor
from fakes.rest import DOCUMENTS, JOBS, Answered, Rest

SCAN_JOBS = "/DWTAPI/ScanJobs"
LICENCE = {"X-DICS-LICENSE-KEY": "KEY", "Content-Type": "application/json"}
OLD_PASSWORD = "X-DICS-DOC-PASSWORD"


async def created(rest: Rest, **config: object) -> dict[str, Any]:
    """As Node.js and .NET do: the licence beside the body, and once more in it."""
    asked = {"license": "KEY", "device": "desk", "autoRun": True, "config": config}
    answer = await rest.ask("POST", JOBS, asked, LICENCE)
    assert answer.status == 201
    found: dict[str, Any] = answer.json
    return found


async def test_nodejs_takes_pages_while_they_come_with_200(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    job = await created(rest, IfFeederEnabled=True, PixelType=2, Resolution=200, XferCount=7)
    pages: list[Answered] = []
    while (page := await rest.get(f"{JOBS}/{job['jobuid']}/next-page")).status == 200:
        pages.append(page)
    assert len(pages) == 2
    status = await rest.get(f"{JOBS}/{job['jobuid']}")
    assert (status.status, status.json["status"]) in ((200, "faulted"), (200, "completed"))
    change = await rest.ask(
        "PATCH",
        f"{JOBS}/{job['jobuid']}",
        {"status": "canceled"},
        {"Content-Type": "application/json"},
    )
    assert change.status in (200, 409)
    assert (await rest.delete(f"{JOBS}/{job['jobuid']}")).status == 204


async def test_nodejs_and_dotnet_send_a_documents_password_by_an_older_name(rest: Rest) -> None:
    (page,) = await rest.scanned()
    document = (await rest.post(DOCUMENTS, {"password": "pw"})).json["uid"]
    body = {"password": "pw", "source": page["url"]}
    headers = {OLD_PASSWORD: "pw", "Content-Type": "application/json; charset=utf-8"}
    answer = await rest.ask("POST", f"{DOCUMENTS}/{document}/pages", body, headers)
    assert (answer.status, len(answer.json["pages"])) == (200, 1)
    headers[OLD_PASSWORD] = "other"
    assert (await rest.ask("POST", f"{DOCUMENTS}/{document}/pages", body, headers)).status == 403


async def test_nodejs_looks_for_201_200_and_204_of_documents(rest: Rest) -> None:
    answer = await rest.ask("POST", DOCUMENTS, {}, {"Content-Type": "application/json"})
    assert answer.status == 201
    document = f"{DOCUMENTS}/{answer.json['uid']}"
    assert (await rest.get(document)).status == 200
    (page,) = await rest.scanned()
    assert (await rest.post(f"{document}/pages", {"source": page["url"]})).status == 200
    content = await rest.get(f"{document}/content")
    assert (content.status, content.headers["Content-Type"]) == (200, "application/pdf")
    uid = (await rest.get(document)).json["pages"][0]["uid"]
    assert (await rest.delete(f"{document}/pages/{uid}")).status == 204
    assert (await rest.delete(document)).status == 204


async def test_dotnet_takes_pages_until_one_is_empty_or_gone(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet())
    job = await created(rest, IfFeederEnabled=True)
    bodies = []
    while True:
        answer = await rest.get(f"{JOBS}/{job['jobuid']}/next-page")
        if answer.status == 410 or not answer.body:
            break
        bodies.append(answer.body)
    assert len(bodies) == 1


async def test_dotnet_reads_lists_and_objects_of_plain_members(rest: Rest) -> None:
    for path, kind in (
        ("/api/server/version", dict),
        ("/api/device/scanners?type=256", list),
    ):
        assert isinstance((await rest.get(path)).json, kind)
    job = await rest.job(autoRun=False)
    rows = (await rest.get(f"{job}/scanner/capabilities")).json
    assert all(isinstance(row, dict) for row in rows)
    await rest.patch(job, {"status": "running"})
    info = (await rest.get(f"{job}/next-page-info")).json
    assert isinstance(info, dict)
    assert isinstance(info["url"], str)


async def test_flutter_ends_at_410_and_at_nothing_else(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    devices = (await rest.get("/DWTAPI/Scanners")).json
    asked = {"license": "KEY", "device": devices[0]["device"], "config": {"IfFeederEnabled": True}}
    text = {"Content-Type": "application/text"}
    answer = await rest.ask("POST", SCAN_JOBS, json.dumps(asked).encode(), text)
    assert answer.status == 201
    job = answer.body.decode()
    pages = 0
    async with asyncio.timeout(5):
        while (page := await rest.get(f"{SCAN_JOBS}/{job}/NextDocument")).status != 410:
            pages += page.status == 200
    assert pages == 2
    assert (await rest.delete(f"{SCAN_JOBS}/{job}")).status == 200
