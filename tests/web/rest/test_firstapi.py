"""The first generation of the API, whose clients end at 410."""

import pytest

from fakes.devices import Sheet
from fakes.door import OpenDoor
from fakes.pages import SIGNATURES
from fakes.rest import JOBS, Rest
from sheetfed.core.imagetype import ImageType

SCAN_JOBS = "/DWTAPI/ScanJobs"


async def test_a_scan_as_its_clients_make_it(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), Sheet())
    asked = {"license": "L", "device": "desk", "config": {"IfFeederEnabled": True}}
    answer = await rest.ask(
        "POST", f"{SCAN_JOBS}?timeout=30", asked, {"Content-Type": "application/text"}
    )
    assert answer.status == 201
    assert answer.headers["Content-Type"].startswith("text/plain")
    job = answer.body.decode()
    for _ in range(2):
        page = await rest.get(f"{SCAN_JOBS}/{job}/NextDocument")
        assert (page.status, page.headers["Content-Type"]) == (200, "image/jpeg")
        assert page.body.startswith(SIGNATURES[ImageType.JPEG])
    for _ in range(2):
        assert (await rest.get(f"{SCAN_JOBS}/{job}/NextDocument")).told == (410, -1034, "gone")
    assert (await rest.get(f"{JOBS}/{job}")).json["status"] == "completed"
    assert (await rest.delete(f"{SCAN_JOBS}/{job}")).status == 200
    assert (await rest.delete(f"{SCAN_JOBS}/{job}")).told == (410, -1034, "gone")
    assert (await rest.get(f"{SCAN_JOBS}/{job}/NextDocument")).told == (410, -1034, "gone")


async def test_who_asks_a_job_that_is_not_known_for_pages_is_told_to_end(rest: Rest) -> None:
    assert (await rest.get(f"{SCAN_JOBS}/j0/NextDocument")).told == (410, -1034, "gone")
    assert (await rest.delete(f"{SCAN_JOBS}/j0")).told == (404, -1034, "not-found")


@pytest.mark.parametrize("body", [{"device": "attic"}, {"config": {"PixelType": 9}}])
async def test_what_cannot_be_is_refused(rest: Rest, body: object) -> None:
    assert (await rest.post(SCAN_JOBS, body)).told[0] in (400, 404)
