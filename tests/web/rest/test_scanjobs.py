"""Jobs over REST: created, asked for, told what to do, removed."""

from pathlib import Path

import pytest

from fakes.core import ORIGIN
from fakes.devices import DESK, HALL, Sheet, SlowSheet
from fakes.door import OpenDoor, open_door
from fakes.gate import until
from fakes.rest import JOBS, Rest
from sheetfed.core.errors import FeederEmpty, PaperJam
from sheetfed.core.model import Caller, JobId, Mode, Owner, PaperSource

FEEDER = {"IfFeederEnabled": True}
ALICE = Caller(Owner(1000))


async def status(rest: Rest, job: str) -> str:
    found: str = (await rest.get(job)).json["status"]
    return found


async def ended(rest: Rest, door: OpenDoor, job: str) -> dict[str, object]:
    ident = JobId(job.rpartition("/")[2])
    await until(lambda: door.core.jobs.get(ALICE, ident).state.is_final)
    found: dict[str, object] = (await rest.get(job)).json
    return found


async def test_a_job_runs_at_once(rest: Rest, door: OpenDoor) -> None:
    answer = await rest.post(JOBS, {"device": "desk", "license": "L", "config": {"Resolution": 75}})
    assert answer.status == 201
    assert answer.json["scanner"] == {"name": "Desk scanner", "type": 256, "device": "desk"}
    assert answer.json["status"] in ("running", "completed")
    found = await ended(rest, door, f"{JOBS}/{answer.json['jobuid']}")
    assert found == {
        "jobuid": answer.json["jobuid"],
        "status": "completed",
        "code": 0,
        "message": "Successful",
        "state": "done",
        "pages": 1,
        "discarded": 0,
        "progress": 100,
        "position": 0,
        "snapped": [],
        "ignored": [],
        "document": answer.json["document"],
    }
    assert door.core.devices.settings[-1].resolution == 75


@pytest.mark.parametrize("body", [None, {}, b"", {"device": None}, {"device": ""}])
async def test_a_job_needs_to_say_nothing(rest: Rest, door: OpenDoor, body: object) -> None:
    answer = await rest.post(JOBS + "/", body)
    assert (answer.status, answer.json["scanner"]["device"]) == (201, DESK.id)
    await ended(rest, door, f"{JOBS}/{answer.json['jobuid']}")


@pytest.mark.parametrize("word", [HALL.id, HALL.name, HALL.device])
async def test_a_scanner_is_named_by_device_or_name(rest: Rest, door: OpenDoor, word: str) -> None:
    for member in ("device", "name"):
        job = await rest.job(**{member: word})
        assert (await ended(rest, door, job))["status"] == "completed"
        assert door.core.jobs.get(ALICE, JobId(job.rpartition("/")[2])).scanner == HALL.id


async def test_what_is_asked_for_comes_from_settings_then_caps_then_config(
    rest: Rest, door: OpenDoor
) -> None:
    job = await rest.job(
        caps={
            "capabilities": [
                {"capability": 4376, "curValue": 100},
                {"capability": {"value": 257, "label": "ICAP_PIXELTYPE"}, "curValue": {"value": 0}},
                {"capability": 4098, "curValue": 0},
            ]
        },
        config={"Resolution": 150, "IfShowUI": False},
        settings="eyJyZXNvbHV0aW9uIjogNjAsICJnYW1tYSI6IFsxLCAyXX0=",
        jobTimeout=5,
        requireWebsocket=True,
    )
    found = await ended(rest, door, job)
    asked = door.core.devices.settings[-1]
    assert (asked.resolution, asked.mode, asked.paper_source) == (150, Mode.BW, PaperSource.FLATBED)
    assert asked.lease_options == {"resolution": 60, "gamma": (1, 2)}
    assert found["ignored"] == ["IfShowUI", "requireWebsocket", "jobTimeout"]


@pytest.mark.parametrize(
    "body",
    [
        {"autoRun": 1},
        {"autoRun": "false"},
        {"device": 5},
        {"device": {}},
        {"config": []},
        {"config": {"PixelType": 7}},
        {"config": {"Resolution": "300"}},
        {"config": {"PageSize": 999}},
        {"caps": []},
        {"caps": {"capabilities": {}}},
        {"caps": {"capabilities": [5]}},
        {"caps": {"capabilities": [{"capability": "x"}]}},
        {"caps": {"exception": "no"}},
        {"caps": {"exception": "fail", "capabilities": [{"capability": 1, "curValue": "x"}]}},
        {"caps": {"exception": "fail", "capabilities": [{"capability": 9999}]}},
        {"caps": {"capabilities": [{"capability": 9999, "exception": "fail"}]}},
        {"caps": {"capabilities": [{"capability": float("nan")}]}},
        {"caps": {"capabilities": [{"capability": 10**400}]}},
        {"settings": "%"},
        {"settings": "W10="},
        {"settings": 5},
        {"jobTimeout": -1},
        {"jobTimeout": 86401},
        {"jobTimeout": "5"},
        {"scannerFailureTimeout": -1},
        {"checkFeederLoaded": "yes"},
        b"[1]",
        b"{",
        b"\xff",
    ],
)
async def test_what_a_job_cannot_be_is_refused_and_starts_nothing(
    rest: Rest, door: OpenDoor, body: object
) -> None:
    answer = await rest.post(JOBS, body)
    assert answer.told == (400, -2113, "invalid-parameter")
    assert door.core.jobs.visible_to(ALICE) == []


async def test_capabilities_that_cannot_be_set_are_passed_over_and_listed(
    rest: Rest, door: OpenDoor
) -> None:
    rows = [{"capability": 9999}, {"capability": 4376, "curValue": "x"}, {"capability": 4101}]
    job = await rest.job(caps={"exception": "ignore", "capabilities": rows})
    assert (await ended(rest, door, job))["ignored"] == ["caps.9999", "caps.4376", "caps.4101"]


async def test_an_unknown_scanner_is_not_found(rest: Rest) -> None:
    answer = await rest.post(JOBS, {"device": "attic"})
    assert answer.told == (404, -1, "scanner-not-found")


async def test_a_scanner_in_use_is_locked(rest: Rest, door: OpenDoor) -> None:
    job = await rest.job(autoRun=False)
    for auto_run in (True, False):
        answer = await rest.post(JOBS, {"autoRun": auto_run})
        assert answer.told == (423, -1004, "scanner-busy")
    assert (await rest.delete(job)).status == 204
    await ended(rest, door, await rest.job())


async def test_a_user_who_may_not_scan_gets_no_job(tmp_path: Path) -> None:
    async with open_door(tmp_path, rules={"@scanner": {7}}, scan_rules=["@scanner"]) as door:
        answer = await Rest(door.http, door.base).post(JOBS, {})
        assert answer.told == (403, -1, "not-allowed")


async def test_a_pending_job_waits_and_then_runs(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(slow := SlowSheet())
    answer = await rest.post(JOBS, {"autoRun": False, "config": FEEDER})
    assert (answer.status, answer.json["status"]) == (201, "pending")
    job = f"{JOBS}/{answer.json['jobuid']}"
    assert await status(rest, job) == "pending"
    change = await rest.patch(job, {"status": "running"})
    assert (change.status, change.json) == (200, {"status": "running"})
    assert await status(rest, job) == "running"
    again = await rest.patch(job, {"status": "running"})
    assert again.told == (409, -1011, "wrong-state")
    await slow.gate.reached()
    slow.gate.open()
    assert (await ended(rest, door, job))["status"] == "completed"
    for word in ("running", "canceled"):
        assert (await rest.patch(job, {"status": word})).told == (409, -1011, "wrong-state")


async def test_a_pending_job_whose_time_is_up_is_canceled(rest: Rest, door: OpenDoor) -> None:
    job = await rest.job(autoRun=False, jobTimeout=30)
    await until(lambda: door.core.session_clock.sleeping)
    door.core.session_clock.advance(30)
    assert (await ended(rest, door, job))["status"] == "canceled"
    assert not door.core.scanners.is_busy(DESK.id)


async def test_a_job_is_canceled(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), slow := SlowSheet())
    job = await rest.job(config=FEEDER)
    await slow.gate.reached()
    change = await rest.patch(job, {"status": "canceled"})
    assert (change.status, change.json) == (200, {"status": "canceled"})
    found = (await rest.get(job)).json
    assert (found["status"], found["pages"]) == ("canceled", 1)


async def test_a_paused_job_is_faulted_and_goes_on(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(Sheet(), PaperJam(), Sheet())
    job = await rest.job(config=FEEDER)
    ident = JobId(job.rpartition("/")[2])
    await door.core.jobs.settled(ALICE, ident)
    found = (await rest.get(job)).json
    assert (found["status"], found["state"], found["code"]) == ("faulted", "paused", -1)
    assert found["cause"]["code"] == "paper-jam"
    assert found["message"] == PaperJam.sentence
    assert (await rest.patch(job, {"status": "running"})).status == 200
    assert (await ended(rest, door, job))["pages"] == 2


async def test_a_failed_job_is_faulted_with_its_reason(rest: Rest, door: OpenDoor) -> None:
    door.core.devices.load(FeederEmpty())
    found = await ended(rest, door, await rest.job(config=FEEDER))
    assert (found["status"], found["state"], found["pages"]) == ("faulted", "failed", 0)
    assert found["cause"] == {
        "code": "feeder-empty",
        "message": FeederEmpty.sentence,
        "details": {},
    }


@pytest.mark.parametrize("body", [{}, {"status": "completed"}, {"status": 1}, [], b"x"])
async def test_another_status_is_refused(rest: Rest, door: OpenDoor, body: object) -> None:
    job = await rest.job(autoRun=False)
    assert (await rest.patch(job, body)).told == (400, -2113, "invalid-parameter")
    await rest.delete(job)


async def test_a_removed_job_is_gone_with_its_pages(rest: Rest, door: OpenDoor) -> None:
    job = await rest.job()
    await ended(rest, door, job)
    answer = await rest.delete(job)
    assert (answer.status, answer.body) == (204, b"")
    assert door.core.documents.visible_to(ALICE) == []
    for path in ("", "/next-page", "/next-page-info", "/content", "/scanner/capabilities"):
        assert (await rest.get(job + path)).told == (410, -1034, "gone")
    assert (await rest.get(f"{job}/scanner/settings")).told == (410, -1034, "gone")
    assert (await rest.patch(job, {"status": "running"})).told == (410, -1034, "gone")
    assert (await rest.delete(job)).told == (410, -1034, "gone")


async def test_somebody_elses_job_is_not_found(rest: Rest, door: OpenDoor) -> None:
    job = await rest.job(autoRun=False)
    for method in ("GET", "PATCH", "DELETE"):
        body = {"status": "running"} if method == "PATCH" else None
        answer = await rest.ask(method, job, body, {"Origin": ORIGIN})
        assert answer.told == (404, -1034, "not-found")
    for path in ("next-page", "next-page-info", "content", "scanner/capabilities"):
        answer = await rest.ask("GET", f"{job}/{path}", headers={"Origin": ORIGIN})
        assert answer.told == (404, -1034, "not-found")
    await rest.delete(job)
    assert (await rest.ask("GET", job, headers={"Origin": ORIGIN})).told[0] == 404


async def test_a_scanner_that_says_nothing_for_too_long_fails_the_job(
    rest: Rest, door: OpenDoor
) -> None:
    door.core.devices.load(SlowSheet())
    job = await rest.job(config=FEEDER, scannerFailureTimeout=0.05)
    found = await ended(rest, door, job)
    assert found["cause"]["code"] == "scanner-timeout"  # type: ignore[index]


async def test_the_feeder_is_waited_for(rest: Rest, door: OpenDoor) -> None:
    job = await rest.job(autoRun=False, checkFeederLoaded=True)
    ident = JobId(job.rpartition("/")[2])
    assert door.core.jobs.settings_of(ALICE, ident).wait_for_paper_s == 60
    await rest.delete(job)


async def test_a_job_that_queues_is_pending_until_its_turn(rest: Rest, door: OpenDoor) -> None:
    first = await rest.job(autoRun=False)
    answer = await rest.post(JOBS, {"config": {"queue": True}})
    assert (answer.status, answer.json["status"]) == (201, "pending")
    second = f"{JOBS}/{answer.json['jobuid']}"
    assert (await rest.get(second)).json["position"] == 1
    assert (await rest.patch(second, {"status": "running"})).told == (409, -1011, "wrong-state")
    await rest.patch(first, {"status": "running"})
    assert (await ended(rest, door, second))["status"] == "completed"
