"""Revoking: what a web page holds on the running daemon ends with its permission."""

from typing import Any

import pytest

from fakes import gate
from fakes.daemon import Daemon
from fakes.sse import until

PAGE = "https://app.example.org"
HEADERS = {"Origin": PAGE}
SLOW = {"paper_source": "feeder", "options": {"read-delay": True, "read-delay-duration": 200000}}


async def decide(daemon: Daemon, **decision: Any) -> None:
    """As the user, on the service's own page."""
    address = f"{daemon.base}/api/access/origins"
    async with daemon.http.get(address) as answer:
        (origin,) = await answer.json()
    async with daemon.http.post(f"{address}/{origin['id']}", json=decision) as answer:
        assert answer.status == 200


@pytest.fixture
async def granted(daemon: Daemon) -> Daemon:
    async with daemon.http.post(f"{daemon.base}/api/access", headers=HEADERS) as answer:
        assert answer.status == 202
    await decide(daemon, decision="grant", permissions=["scan"])
    return daemon


async def test_a_scanner_that_it_opened_is_given_back(granted: Daemon) -> None:
    async with granted.http.get(f"{granted.base}/api/events") as stream:
        status, _ = await granted.call_with_status("OpenSource", headers=HEADERS)
        assert status == 200
        assert (await until(stream, "scanner", action="changed"))["busy"] is True
        await decide(granted, decision="revoke")
        assert (await until(stream, "scanner", action="changed"))["busy"] is False
    assert "has ended: its web origin has no permission any more" in granted.log()


async def test_a_scan_of_its_own_ends(granted: Daemon) -> None:
    async with granted.http.get(f"{granted.base}/api/events") as stream:
        status, _ = await granted.call_with_status("AcquireImage", SLOW, door="fa", headers=HEADERS)
        assert status == 200
        assert (await until(stream, "scanner", action="changed"))["busy"] is True
        await decide(granted, decision="revoke")
        assert (await until(stream, "scanner", action="changed"))["busy"] is False
    await gate.until(lambda: ": canceled, " in granted.log())
