"""Leases between jobs: a scanner is free again when whoever opened it is gone."""

from pathlib import Path

from fakes.daemon import running_daemon
from fakes.sse import until


async def test_a_page_that_neither_listens_nor_calls_loses_its_scanner(tmp_path: Path) -> None:
    async with (
        running_daemon(tmp_path, config="scanners.lease_idle_s = 1\n") as daemon,
        daemon.http.get(f"{daemon.base}/dwt/dwt_1/events?id=other") as stream,
    ):
        await daemon.result("OpenSource")
        assert (await until(stream, "scanner", action="changed"))["busy"] is True
        assert (await until(stream, "scanner", action="changed"))["busy"] is False
        assert "has ended: nobody uses it" in daemon.log()


async def test_a_page_that_listens_keeps_its_scanner_to_the_limit(tmp_path: Path) -> None:
    limits = "scanners.lease_idle_s = 1\nscanners.lease_limit_s = 3\n"
    async with (
        running_daemon(tmp_path, config=limits) as daemon,
        daemon.http.get(f"{daemon.base}/dwt/dwt_1/events?id=test") as stream,
    ):
        await daemon.result("OpenSource")
        assert (await until(stream, "scanner", action="changed"))["busy"] is True
        assert (await until(stream, "scanner", action="changed"))["busy"] is False
        assert "has ended: its time is up" in daemon.log()
