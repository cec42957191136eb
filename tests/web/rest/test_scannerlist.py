"""The list of scanners over REST, and its masks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.devices import DESK, HALL
from fakes.door import open_door
from fakes.rest import Rest

DESK_VIEW = {"name": "Desk scanner", "type": 256, "device": "desk"}
HALL_VIEW = {"name": "Hall scanner", "type": 512, "device": "hall"}
SCANNERS = "/api/device/scanners"


@pytest.fixture
async def rest(tmp_path: Path) -> AsyncIterator[Rest]:
    async with open_door(tmp_path, scanners=(DESK, replace(HALL, backend="airscan"))) as door:
        yield Rest(door.http, door.base)


@pytest.mark.parametrize("mask", ["", "?type=", "?type=768", "?type=0"])
async def test_all_are_listed(rest: Rest, mask: str) -> None:
    answer = await rest.get(SCANNERS + mask)
    assert (answer.status, answer.json) == (200, [DESK_VIEW, HALL_VIEW])


@pytest.mark.parametrize("mask", [0x10, 0x20, 0x40, 0x80, 0x800, 0x10 | 0x40, 0x8F0])
async def test_who_asks_for_scanners_of_other_systems_alone_gets_all(rest: Rest, mask: int) -> None:
    assert (await rest.get(f"{SCANNERS}?type={mask}")).json == [DESK_VIEW, HALL_VIEW]


async def test_a_mask_lists_its_own(rest: Rest) -> None:
    assert (await rest.get(f"{SCANNERS}?type=256")).json == [DESK_VIEW]
    assert (await rest.get(f"{SCANNERS}?type={0x200 | 0x10}")).json == [HALL_VIEW]
    assert (await rest.get(f"{SCANNERS}/?type=1024")).json == []


@pytest.mark.parametrize("mask", ["x", "-1", "1.5", "65536", "9" * 30, "0x100"])
async def test_another_mask_is_refused(rest: Rest, mask: str) -> None:
    answer = await rest.get(f"{SCANNERS}?type={mask}")
    assert answer.told == (400, -2113, "invalid-parameter")


async def test_the_first_generation_lists_the_same(rest: Rest) -> None:
    assert (await rest.get("/DWTAPI/Scanners")).json == [DESK_VIEW, HALL_VIEW]
    assert (await rest.get("/DWTAPI/Scanners?type=256")).json == [DESK_VIEW]
