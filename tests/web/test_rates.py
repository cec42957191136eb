"""Rates: how often an owner may ask."""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.core import ORIGIN
from fakes.door import LIMITS, open_door
from sheetfed.web.rates import BURST_S, Rates


async def test_an_owner_may_ask_so_often_and_no_oftener(tmp_path: Path) -> None:
    limits = replace(LIMITS, requests_per_s=1)
    async with open_door(tmp_path, limits=limits) as door:
        for _ in range(int(BURST_S)):
            assert (await door.call("VersionInfo"))[0] == 200
        async with door.http.get(f"{door.base}/fa/VersionInfo") as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "1"
            assert (await answer.json())["error"]["code"] == "too-many"
        assert (await door.call("VersionInfo", Origin=ORIGIN))[0] == 200


def test_a_bucket_fills_again_with_time() -> None:
    now = 0.0
    rates = Rates(per_s=2, time=lambda: now)
    assert [rates.wait_s("a") for _ in range(10)] == [0.0] * 10
    assert rates.wait_s("a") == 0.5
    assert rates.wait_s("b") == 0.0
    now = 0.4
    assert rates.wait_s("a") == pytest.approx(0.1)
    now = 0.5
    assert rates.wait_s("a") == 0.0
    assert rates.wait_s("a") > 0.0


def test_without_a_rate_nobody_waits() -> None:
    rates = Rates(per_s=0, time=lambda: 0.0)
    assert not any(rates.wait_s("a") for _ in range(10_000))


def test_those_who_are_away_are_forgotten() -> None:
    now = 0.0
    rates = Rates(per_s=1, time=lambda: now)
    for number in range(1000):
        rates.wait_s(number)
    now = 10.0
    rates.wait_s("late")
    assert len(rates._buckets) == 1
