"""What the scanner of a pending job can do, by TWAIN's numbers."""

import base64
import json
from typing import Any

import pytest

from fakes.door import OpenDoor
from fakes.rest import Rest


async def caps(rest: Rest, job: str, wanted: str = "") -> dict[str, Any]:
    answer = await rest.get(f"{job}/scanner/capabilities{wanted}")
    assert answer.status == 200, answer.body
    return {row["capability"]["label"]: row for row in answer.json}


async def test_the_capabilities_are_told_by_their_numbers(rest: Rest) -> None:
    job = await rest.job(autoRun=False, config={"PixelType": 1, "Resolution": 300})
    found = await caps(rest, job)
    labelled = [{"value": 0, "label": "TWPT_BW"}, {"value": 1, "label": "TWPT_GRAY"}]
    labelled.append({"value": 2, "label": "TWPT_RGB"})
    assert found["ICAP_PIXELTYPE"] == {
        "capability": {"value": 257, "label": "ICAP_PIXELTYPE"},
        "conType": {"value": 4, "label": "TWON_ENUMERATION"},
        "valueType": {"value": 4, "label": "TWTY_UINT16"},
        "curValue": {"value": 1, "label": "TWPT_GRAY"},
        "defaultValue": {"value": 2, "label": "TWPT_RGB"},
        "curIndex": 1,
        "defIndex": 2,
        "values": labelled,
        "enums": labelled,
        "query": ["get", "getcurrent", "getdefault", "set", "reset"],
    }
    resolution = found["ICAP_XRESOLUTION"]
    assert resolution["conType"] == {"value": 6, "label": "TWON_RANGE"}
    assert (resolution["minValue"], resolution["maxValue"], resolution["stepSize"]) == (50, 1200, 1)
    assert (resolution["curValue"], resolution["defaultValue"]) == (300, 200)
    supported = [row["value"] for row in found["CAP_SUPPORTEDCAPS"]["values"]]
    assert supported == sorted(row["capability"]["value"] for row in found.values())
    await rest.delete(job)


async def test_only_those_that_are_asked_for_are_told(rest: Rest) -> None:
    job = await rest.job(autoRun=False)
    found = await caps(rest, job, "?caps=4114,4103,9999")
    assert {name: row["capability"]["value"] for name, row in found.items()} == {
        "CAP_AUTOFEED": 4103,
        "CAP_DUPLEX": 4114,
    }
    for wrong in ("x", "1;2", "1,", ",".join("1" * 300)):
        answer = await rest.get(f"{job}/scanner/capabilities?caps={wrong}")
        assert answer.told == (400, -2113, "invalid-parameter")
    await rest.delete(job)


async def test_the_scanners_own_options_can_be_kept_and_given_to_another_job(
    rest: Rest, door: OpenDoor
) -> None:
    job = await rest.job(autoRun=False)
    answer = await rest.get(f"{job}/scanner/settings?showui=true")
    assert answer.status == 200
    values = json.loads(base64.b64decode(answer.json["settings"]))
    assert values == {"mode": "Gray", "resolution": 50}
    await rest.delete(job)
    await rest.scanned(settings=answer.json["settings"])
    assert door.core.devices.settings[-1].lease_options == values


@pytest.mark.parametrize("path", ["capabilities", "settings"])
async def test_a_job_that_has_begun_is_not_asked(rest: Rest, path: str) -> None:
    job = await rest.job()
    answer = await rest.get(f"{job}/scanner/{path}")
    assert answer.told == (409, -1011, "wrong-state")


async def test_after_the_questions_the_job_runs(rest: Rest) -> None:
    job = await rest.job(autoRun=False)
    await caps(rest, job)
    await rest.get(f"{job}/scanner/settings")
    await rest.patch(job, {"status": "running"})
    assert (await rest.get(f"{job}/next-page")).status == 200
