"""While the service stops: nothing begins, what is there can be read, what goes on can be ended."""

from fakes.devices import Sheet, SlowSheet
from fakes.door import OpenDoor
from fakes.rest import DOCUMENTS, JOBS, Rest

FEEDER = {"IfFeederEnabled": True}


async def test_nothing_begins_and_nothing_is_changed(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document(pages=1)
    door.door.stop_work()
    for method, path, body in (
        ("POST", JOBS, {}),
        ("POST", "/DWTAPI/ScanJobs", {}),
        ("POST", DOCUMENTS, {}),
        ("POST", f"{document}/pages", {"source": "/"}),
        ("POST", f"{document}/pages/0/edits", {"op": "flip"}),
        ("POST", f"{document}/split", {"at": "every", "pages": 1}),
        ("PATCH", document, {"metadata": {}}),
    ):
        answer = await rest.ask(method, path, body)
        assert answer.told == (503, -1, "shutting-down"), path
        assert "Retry-After" in answer.headers


async def test_what_is_there_can_be_read_and_looked_at(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document(pages=1)
    url = (await rest.get(document)).json["pages"][0]["url"]
    door.door.stop_work()
    assert (await rest.get(f"{document}/content")).status == 200
    for path in ("read-barcode", "check-blank"):
        assert (await rest.post(f"/api/process/{path}", {"source": url})).status == 200


async def test_a_job_that_goes_on_can_be_canceled_and_removed(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), slow := SlowSheet())
    job = await rest.job(config=FEEDER)
    await slow.gate.reached()
    door.door.stop_work()
    assert (await rest.patch(job, {"status": "canceled"})).status == 200
    assert (await rest.get(f"{job}/next-page")).status == 200
    assert (await rest.delete(job)).status == 204
