"""Driver: listing, opening and giving back, in processes that leave nothing behind."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from fakes.reading import listed
from fakes.scanimage import scanimage
from fakes.spools import FolderSpools
from sheetfed.core.errors import InternalError, ScannerLost
from sheetfed.core.model import ScannerId, ScanSettings
from sheetfed.core.scanner import Scanner
from sheetfed.devices.device import SaneDevice
from sheetfed.devices.driver import SaneDevices

VIRTUAL = Scanner(ScannerId("s0"), "Noname", "Noname", "frontend-tester", "virtual", "test:0")


def ignore(_: int) -> None:
    """Progress."""


async def spare_is_up(devices: SaneDevices) -> None:
    """A worker has started when it answers, if only that there is no device open."""
    assert devices._spare is not None
    with pytest.raises(InternalError):
        await (await devices._spare).request("options", deadline_s=10)


async def test_the_virtual_scanners_are_listed_and_nothing_else(devices: SaneDevices) -> None:
    found = await listed(devices)
    assert [scanner.device for scanner in found] == ["test:0", "test:1"]
    assert found == await listed(devices)


async def test_a_folder_without_backends_lists_nothing(tmp_path: Path) -> None:
    (tmp_path / "dll.conf").write_text("")
    devices = SaneDevices(config_dir=str(tmp_path))
    assert await listed(devices) == ()
    await devices.close()


async def test_a_scanner_that_is_not_there_is_lost(devices: SaneDevices) -> None:
    gone = Scanner(ScannerId("s1"), "Gone", "", "", "", "test:7")
    with pytest.raises(ScannerLost, match="not there"):
        await devices.open(gone)


async def test_the_scanner_is_free_for_others_after_close(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(ScanSettings(resolution=20))
    await device.read_page(spools.new(), ignore)
    await device.close()
    assert (await scanimage("--format=pnm", "--resolution=20")).startswith(b"P6")


async def test_libsane_is_not_mapped_into_this_process(
    device: SaneDevice, spools: FolderSpools
) -> None:
    await device.configure(ScanSettings(resolution=20))
    await device.read_page(spools.new(), ignore)
    assert "libsane" not in await asyncio.to_thread(Path("/proc/self/maps").read_text)
    worker = Path(f"/proc/{device.pid}/maps")
    assert "libsane" in await asyncio.to_thread(worker.read_text)


async def test_a_device_that_was_closed_is_lost_to_its_holder(device: SaneDevice) -> None:
    await device.close()
    await device.close()
    await device.cancel()
    with pytest.raises(ScannerLost):
        await device.configure(ScanSettings())


async def test_a_device_whose_worker_died_between_pages_is_lost(device: SaneDevice) -> None:
    os.kill(device.pid, signal.SIGKILL)
    with pytest.raises(ScannerLost, match="SIGKILL"):
        await device.configure(ScanSettings())


async def test_a_worker_that_is_gone_before_anyone_knows_is_told_with_its_reason(
    device: SaneDevice,
) -> None:
    os.kill(device.pid, signal.SIGKILL)
    # Who waits for it may have been first; the loop has not been told yet.
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PID, device.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(ScannerLost, match="SIGKILL"):
        await device.configure(ScanSettings())


async def test_every_open_starts_from_the_drivers_defaults(devices: SaneDevices) -> None:
    scanner = (await listed(devices))[0]
    first = await devices.open(scanner)
    await first.configure(ScanSettings(resolution=20, options={"ppl-loss": 5}))
    await first.close()
    second = await devices.open(scanner)
    values = {option.name: option.value for option in await second.options()}
    await second.close()
    assert (values["resolution"], values["ppl-loss"]) == (200, 0)


async def test_two_scanners_are_open_at_once(devices: SaneDevices, spools: FolderSpools) -> None:
    opened = [await devices.open(scanner) for scanner in await listed(devices)]
    assert opened[0].pid != opened[1].pid
    for device in opened:
        await device.configure(ScanSettings(resolution=20))
        await device.read_page(spools.new(), ignore)
    await devices.close()


async def test_a_spare_is_kept_started_and_taken_by_the_next_open() -> None:
    devices = SaneDevices(virtual=True)
    await devices.start()
    scanner = (await listed(devices))[0]
    device = await devices.open(scanner)
    await device.close()
    await devices.close()


async def test_a_spare_that_died_is_replaced() -> None:
    devices = SaneDevices(virtual=True)
    await devices.start()
    assert devices._spare is not None
    spare = await devices._spare
    os.kill(spare.pid, signal.SIGKILL)
    await spare._process.wait()
    device = await devices.open(VIRTUAL)
    assert device.pid != spare.pid
    await devices.close()


async def test_a_known_scanner_is_open_in_less_than_50_ms() -> None:
    devices = SaneDevices(virtual=True)
    await devices.start()
    taken_s = []
    for _ in range(3):
        await spare_is_up(devices)
        began = time.monotonic()
        device = await devices.open(VIRTUAL)
        taken_s.append(time.monotonic() - began)
        await device.close()
    await devices.close()
    assert min(taken_s) < 0.05


async def test_the_configuration_of_each_backend_is_gone_after_close() -> None:
    devices = SaneDevices(virtual=True)
    await devices.open(VIRTUAL)
    config_dir = await asyncio.to_thread(devices._config_dirs.of, "test")
    folder = Path(config_dir.partition(":")[0])
    assert await asyncio.to_thread(folder.is_dir)
    await devices.close()
    assert not await asyncio.to_thread(folder.parent.exists)
    with pytest.raises(ScannerLost, match="given up"):
        await devices.open(VIRTUAL)


async def test_closing_the_driver_ends_devices_that_are_still_open() -> None:
    devices = SaneDevices(virtual=True)
    device = await devices.open((await listed(devices))[0])
    await devices.close()
    with pytest.raises(ScannerLost):
        await device.options()


async def test_an_open_that_is_abandoned_leaves_nothing(devices: SaneDevices) -> None:
    scanner = (await listed(devices))[0]
    opening = asyncio.create_task(devices.open(scanner))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening


async def test_a_spare_that_is_ready_in_the_turn_in_which_its_open_is_abandoned_is_ended() -> None:
    devices = SaneDevices(virtual=True)
    await devices.start()
    spare = devices._spare
    assert spare is not None
    taking = asyncio.create_task(devices._take("test"))
    spare.add_done_callback(lambda _: taking.cancel())
    await asyncio.wait({taking})
    assert taking.cancelled()
    assert not spare.result().is_alive
    await devices.close()
