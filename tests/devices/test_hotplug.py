"""Hotplug: what is heard over real netlink sockets, in a network namespace of the test's own."""

import asyncio
import errno

import pytest
import pyudev

from fakes.uevents import KERNEL_GROUP, UDEV_GROUP, told
from sheetfed.devices.hotplug import Hotplug


@pytest.mark.parametrize("action", ["add", "bind", "remove"])
async def test_a_usb_device_that_comes_or_goes_is_told(action: str) -> None:
    assert await told((action, "usb", "usb_device", 1)) == (UDEV_GROUP, [1])


async def test_a_scsi_device_is_told() -> None:
    assert await told(("add", "scsi_generic", "", 1)) == (UDEV_GROUP, [1])


async def test_what_is_no_device_or_only_changes_is_not_told() -> None:
    events = [
        ("add", "usb", "usb_interface", 1),
        ("add", "net", "", 1),
        ("change", "usb", "usb_device", 1),
        ("add", "usb", "usb_device", 1),
    ]
    assert await told(*events) == (UDEV_GROUP, [0, 0, 0, 1])


async def test_more_events_than_the_kernel_keeps_are_told_and_those_after_them() -> None:
    flood = ("change", "usb", "usb_device", 30_000)
    assert await told(flood, ("add", "usb", "usb_device", 1)) == (UDEV_GROUP, [1, 1])


async def test_without_udev_the_kernel_is_listened_to() -> None:
    assert await told(udev=False) == (KERNEL_GROUP, [])


@pytest.mark.parametrize("error", [OSError("netlink is not allowed"), ImportError("no libudev")])
async def test_nothing_to_listen_to_is_a_warning(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise error

    monkeypatch.setattr(pyudev, "Context", refuse)
    hotplug = Hotplug(changed=lambda: None)
    await hotplug.start()
    hotplug.close()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert f"not noticed: {error}" in caplog.text


async def test_a_monitor_that_breaks_is_a_warning_and_not_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        def poll(self, timeout: float) -> None:
            raise OSError(errno.EIO, "the netlink socket is broken")

    told_of: list[str] = []
    hotplug = Hotplug(changed=lambda: told_of.append("changed"))
    await hotplug.start()
    assert hotplug._socket is not None
    hotplug._read(Broken(), hotplug._socket)
    assert hotplug._socket is None
    assert told_of == []
    assert "no longer noticed" in caplog.text


async def test_listening_ends_once_and_for_all() -> None:
    hotplug = Hotplug(changed=lambda: None)
    await hotplug.start()
    assert hotplug._socket is not None
    number = hotplug._socket.fileno()
    hotplug.close()
    hotplug.close()
    assert not asyncio.get_running_loop().remove_reader(number)
