"""The RPC methods that choose a scanner, open it, and set its options."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.core import ORIGIN
from fakes.devices import DESK, HALL, SlowSheet
from fakes.door import UID, OpenDoor, open_door
from fakes.gate import idle, until
from fakes.holders import Visit
from fakes.sse import until as until_told
from sheetfed.core.errors import ScannerDenied
from sheetfed.core.events import BackendsChanged
from sheetfed.core.model import Caller, Owner
from sheetfed.core.options import Option, OptionType, Outcome, Range, Unit
from sheetfed.core.scanner import Connection
from sheetfed.web import events, option_views

NATIVE = Caller(Owner(UID))


async def result(at: OpenDoor, method: str, *parameters: object, **more: Any) -> list[Any]:
    status, body = await at.call(method, *parameters, **more)
    assert status == 200, body
    found: list[Any] = body["result"]
    return found


async def code(at: OpenDoor, method: str, *parameters: object, **more: Any) -> tuple[int, str]:
    status, body = await at.call(method, *parameters, **more)
    return status, body["error"]["code"]


async def test_an_opened_scanner_is_busy_for_others_until_it_is_closed(door: OpenDoor) -> None:
    assert await result(door, "OpenSource") == [True]
    assert await code(door, "OpenSource", instance="other") == (423, "scanner-busy")
    assert await code(door, "AcquireImage", instance="other") == (423, "scanner-busy")
    assert await code(door, "OpenSource", Origin=ORIGIN) == (423, "scanner-busy")
    assert await result(door, "AcquireImage")
    assert await result(door, "CloseSource") == [True]
    assert await result(door, "OpenSource", instance="other") == [True]


async def test_a_scanner_that_cannot_be_opened_is_told_when_it_is_opened(door: OpenDoor) -> None:
    door.core.devices.opening.fault = ScannerDenied()
    assert await code(door, "OpenSource", "Desk scanner") == (502, "scanner-denied")
    assert await code(door, "OpenSource", "Cellar scanner") == (404, "scanner-not-found")


async def test_a_selected_scanner_is_the_one_that_is_meant(door: OpenDoor) -> None:
    assert await result(door, "SelectSource", "Hall scanner") == [True]
    await result(door, "AcquireImage")
    (job,) = door.core.jobs.visible_to(NATIVE)
    assert job.scanner == HALL.id
    await result(door, "OpenSource")
    assert door.core.devices.in_use == {HALL.id}
    await result(door, "OpenSource", "Desk scanner", instance="other")
    assert door.core.devices.in_use == {HALL.id, DESK.id}
    assert await code(door, "SelectSource") == (400, "invalid-parameter")
    assert await code(door, "SelectSource", "Cellar scanner") == (404, "scanner-not-found")


async def test_options_are_told_with_what_they_take(door: OpenDoor) -> None:
    (options,) = await result(door, "GetOptions", "Hall scanner")
    by_name = {option["name"]: option for option in options}
    assert by_name["resolution"] == {
        "name": "resolution",
        "title": "",
        "desc": "",
        "group": "",
        "type": "int",
        "unit": "dpi",
        "size": 4,
        "constraint": {"min": 50, "max": 1200, "step": 0},
        "value": 50,
        "active": True,
        "settable": True,
        "automatic": False,
        "advanced": False,
        "hard_select": False,
        "detectable": True,
        "emulated": False,
    }
    assert by_name["mode"]["constraint"] == ["Gray", "Color"]
    assert (by_name["lamp-off"]["value"], by_name["lamp-off"]["constraint"]) == (None, None)


async def test_options_are_set_for_the_scans_to_come(door: OpenDoor) -> None:
    outcomes, options = await result(
        door, "SetOptions", {"resolution": 9999, "mode": "color", "lamp-off": True, "no-such": 1}
    )
    assert list(outcomes) == ["resolution", "mode", "lamp-off", "no-such"]
    assert outcomes["resolution"] == {"ok": True, "value": 1200, "snapped": True}
    assert outcomes["mode"]["value"] == "Color"
    assert outcomes["lamp-off"]["ok"] is True
    assert (outcomes["no-such"]["ok"], outcomes["no-such"]["error"]["code"]) == (
        False,
        "invalid-parameter",
    )
    assert {option["name"]: option["value"] for option in options}["resolution"] == 1200
    assert (await result(door, "GetOptions"))[0] == options
    await result(door, "AcquireImage")
    assert door.core.devices.settings[0].lease_options == {"resolution": 9999, "mode": "color"}


@pytest.mark.parametrize(
    "options", [5, [], {"a": None}, {"a": [True]}, {"a": {"automatic": False}}, {"a": {}}]
)
async def test_what_cannot_be_an_options_value_is_refused(door: OpenDoor, options: object) -> None:
    assert await code(door, "SetOptions", options) == (400, "invalid-parameter")
    assert await code(door, "SetOptions") == (400, "invalid-parameter")
    assert "open" not in door.core.devices.calls


async def test_what_a_scanner_can_do_is_told_while_it_is_open(door: OpenDoor) -> None:
    await result(door, "OpenSource")
    assert (await result(door, "GetCapabilities"))[0]["feeder"] is True


async def test_calls_of_an_instance_keep_its_scanner_and_silence_loses_it(door: OpenDoor) -> None:
    visit = Visit(door.core, NATIVE, "test")
    await result(door, "OpenSource")
    await visit.rest(59)
    await result(door, "HowManyImagesInBuffer")
    await visit.rest(59)
    assert visit.has()
    await visit.rest(1)
    assert not visit.has()


@pytest.mark.parametrize("path", ["/dwt/dwt_1/events?id=test", "/api/events"])
async def test_an_open_event_stream_keeps_the_scanner(
    door: OpenDoor, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.01)
    visit = Visit(door.core, NATIVE, "test")
    await result(door, "OpenSource")
    async with await door.get(path) as stream:
        await until(lambda: door.core.hub._subscriptions)
        await visit.rest(100)
        assert visit.has()
        stream.close()
    await until(lambda: not door.core.hub._subscriptions)
    await idle()
    await visit.rest(100)
    assert not visit.has()


async def test_an_instance_cannot_append_to_a_document(door: OpenDoor) -> None:
    assert await code(door, "AcquireImage", {"document": "d1"}) == (400, "invalid-parameter")


async def test_devices_say_how_they_are_reached_and_whether_they_can_be_used(
    tmp_path: Path,
) -> None:
    gone = replace(DESK, connection=Connection.NETWORK, is_available=False, is_quarantined=True)
    async with open_door(tmp_path, scanners=[gone]) as door:
        ((device,),) = await result(door, "GetDevices")
    assert device == {
        "id": "desk",
        "name": "Desk scanner",
        "vendor": "Noname",
        "model": "frontend-tester",
        "type": "flatbed scanner",
        "connection": "network",
        "busy": False,
        "available": False,
        "quarantined": True,
    }


async def test_how_backends_are_is_not_told_to_pages(door: OpenDoor) -> None:
    async with await door.get("/api/events") as stream:
        await until(lambda: door.core.hub._subscriptions)
        door.core.hub.publish(BackendsChanged())
        await result(door, "OpenSource")
        told = await until_told(stream, "scanner", action="changed")
    assert (told["busy"], told["available"]) == (True, True)


async def test_a_job_of_an_open_scanner_may_be_followed_by_another(door: OpenDoor) -> None:
    slow = SlowSheet()
    door.core.devices.load(slow)
    await result(door, "OpenSource")
    await result(door, "AcquireImage", {"IfFeederEnabled": True}, door="fa")
    await slow.gate.reached()
    assert await code(door, "AcquireImage") == (423, "scanner-busy")
    assert await code(door, "GetOptions") == (423, "scanner-busy")
    queued = await result(door, "AcquireImage", {"queue": True}, door="fa")
    slow.gate.open()
    job = await door.core.ledger.ended(queued[1])
    assert job.state == "done"


def test_every_kind_of_value_and_constraint_is_json() -> None:
    table = Option(
        1,
        "gamma",
        OptionType.FIXED,
        size_bytes=12,
        value=(0.0, 0.5, 1.0),
        constraint=Range(0.0, 1.0, 0.5),
        unit=Unit.PERCENT,
    )
    words = Option(2, "dpi", OptionType.INT, constraint=(75, 150), value=75)
    told = [option_views.option_view(option) for option in (table, words)]
    assert json.loads(json.dumps(told)) == told
    assert told[0]["value"] == [0.0, 0.5, 1.0]
    assert told[1]["constraint"] == [75, 150]
    outcome = Outcome("gamma", (0.0, 0.4, 1.0), (0.0, 0.5, 1.0))
    assert option_views.outcomes_view([outcome], [table]) == {
        "gamma": {"ok": True, "value": [0.0, 0.5, 1.0], "snapped": True}
    }
