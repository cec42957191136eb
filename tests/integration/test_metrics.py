"""Metrics of the real daemon: scraped after a scan, as docs/metrics.md lists them."""

import re
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from fakes.daemon import Daemon, running_daemon

DOCUMENTED = set(
    re.findall(
        r"^\| `(sheetfed_\w+)`",
        (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(),
        re.MULTILINE,
    )
)
PAPER = {"paper_source": "feeder", "resolution": 75, "pages": 2}


async def scraped(daemon: Daemon) -> tuple[set[str], dict[tuple[str, ...], float]]:
    """The families of ours, and every sample by its name and its labels' values, sorted."""
    url = re.findall(r"metrics: (\S+)", daemon.log())[-1]
    async with daemon.http.get(url) as answer:
        families = list(text_string_to_metric_families(await answer.text()))
    samples = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }
    names = {f.name + ("_total" if f.type == "counter" else "") for f in families}
    return {name for name in names if name.startswith("sheetfed")}, samples


async def test_a_scan_and_a_refusal_are_seen(tmp_path: Path) -> None:
    async with running_daemon(tmp_path, config='metrics.listen = "127.0.0.1:0"\n') as daemon:
        await daemon.result("AcquireImage", PAPER)
        assert (await daemon.call("RotateLeft", 99))["error"]["code"] == "index-out-of-range"
        (devices,) = await daemon.result("GetDevices")
        names = {known["name"] for known in devices}
        async with await daemon.events():
            families, samples = await scraped(daemon)
        assert families == DOCUMENTED
        (jobs,) = [key for key in samples if key[0] == "sheetfed_jobs_total"]
        assert (jobs[1:3], samples[jobs]) == (("done", ""), 1)
        assert jobs[3] in names
        assert samples["sheetfed_pages_total", jobs[3]] == 2
        for step in ("reading", "encoding", "syncing", "committing"):
            assert samples["sheetfed_step_seconds_count", step] == 2
        assert samples["sheetfed_refusals_total", "index-out-of-range"] == 1
        assert samples["sheetfed_store_bytes",] > 0
        assert samples["sheetfed_store_limit_bytes",] == 20 << 30
        assert samples["sheetfed_jobs_going_on", "scanning"] == 0
        assert samples["sheetfed_scanners", "available"] == len(names)
        assert samples["sheetfed_http_connections",] >= 1
        assert samples["sheetfed_http_requests",] == 1


async def test_it_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as daemon:
        assert "metrics" not in daemon.log()
        async with daemon.http.get(f"{daemon.base}/metrics") as answer:
            assert answer.status == 404
        maps = Path(f"/proc/{daemon.process.pid}/maps").read_text()
        assert "prometheus" not in maps


async def test_a_unix_socket_is_there_while_the_daemon_is(tmp_path: Path) -> None:
    path = tmp_path / "metrics"
    async with running_daemon(tmp_path, config=f'metrics.listen = "{path}"\n'):
        connector = aiohttp.UnixConnector(str(path))
        async with (
            aiohttp.ClientSession(connector=connector) as client,
            client.get("http://sheetfed/metrics") as answer,
        ):
            assert b"sheetfed_info" in await answer.read()
    assert not path.exists()
