"""sheetctl devices --verbose on a real daemon: a driver that crashes until it is mended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.bus import PrivateBus
from fakes.daemon import running_daemon
from fakes.scripted import Scripted, feeder, scripted
from fakes.sheetctl import Sheetctl

__all__ = ["scripted"]

CRASH = {"at": "get_devices", "signal": "SIGSEGV"}
CONFIG = """\
[scanners]
virtual = false
sane_config_dir = "{folder}"
hide = ["*cellar"]
quarantine_after = 2
network_refresh_minutes = 0
"""


@pytest.fixture
async def sheetctl(bus: PrivateBus, scripted: Scripted, tmp_path: Path) -> AsyncIterator[Sheetctl]:
    """The command and a daemon with a driver that is well and one that crashes."""
    scripted.write(feeder({}), {"name": "cellar", "pages": [{}]}, backend="well")
    scripted.write(feeder({}), faults=[CRASH], backend="ill")
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "test.toml").write_text(CONFIG.format(folder=scripted.folder))
    async with running_daemon(tmp_path, bus=bus.address):
        yield Sheetctl(bus.address, tmp_path)


async def _sections(sheetctl: Sheetctl, *arguments: str) -> dict[str, str]:
    """What is said of each backend and of each hidden device."""
    ran = await sheetctl("--json", "devices", "-v", *arguments)
    assert ran.code == 0, ran.err
    backends = {backend["name"]: backend["state"] for backend in ran.json["backends"]}
    hidden = {device["device"]: device["by"] for device in ran.json["hidden"]}
    return backends | hidden


async def test_what_is_missing_is_explained_until_it_is_there(
    sheetctl: Sheetctl, scripted: Scripted
) -> None:
    ran = await sheetctl("devices", "--verbose")
    said = [" ".join(line.split()) for line in ran.out.decode().splitlines()]
    assert "ill crashed: its driver crashed (SIGSEGV)" in said
    assert "well answered, 2 scanners" in said
    assert any(line.endswith('hidden by "*cellar" in [scanners] hide') for line in said)
    assert "ill (crashed)" in (await sheetctl("devices")).err

    told = await _sections(sheetctl, "--refresh")
    assert told == {"ill": "quarantined", "well": "ok", "well:cellar": "configuration"}
    scripted.write(feeder({}), backend="ill")
    assert (await _sections(sheetctl, "--refresh"))["ill"] == "quarantined"

    ran = await sheetctl("devices", "--retry", "ill")
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.splitlines()) == 3
    assert (await _sections(sheetctl))["ill"] == "ok"
