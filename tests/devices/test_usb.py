"""Usb: what sysfs says is plugged in."""

from pathlib import Path

from fakes.sysfs import plug
from sheetfed.devices.usb import UsbDevice, plugged


def test_a_device_has_its_place_its_ids_and_its_serial_number(tmp_path: Path) -> None:
    plug(tmp_path, "1-2.4", bus=1, number=7, ids="04A9:1912", serial="50F25C")
    plug(tmp_path, "usb1", bus=1, number=1, ids="1d6b:0002")
    (tmp_path / "1-2.4:1.0").mkdir()
    assert plugged(tmp_path) == (
        UsbDevice(1, 7, "04a9", "1912", "50F25C", "1-2.4"),
        UsbDevice(1, 1, "1d6b", "0002", "", "usb1"),
    )


def test_a_serial_number_that_two_devices_have_is_none(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", bus=1, number=4, ids="04e8:3413", serial="0123456789ABCDEF")
    plug(tmp_path, "1-2", bus=1, number=5, ids="04e8:3413", serial="0123456789ABCDEF")
    plug(tmp_path, "1-3", bus=1, number=6, ids="04e8:3419", serial="0123456789ABCDEF")
    assert [device.serial for device in plugged(tmp_path)] == ["", "", "0123456789ABCDEF"]


def test_a_device_that_is_going_is_left_out(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", bus=1, number=4, ids="04e8:3413")
    (tmp_path / "1-1" / "devnum").unlink()
    assert plugged(tmp_path) == ()


def test_a_machine_without_usb_has_nothing_plugged_in(tmp_path: Path) -> None:
    assert plugged(tmp_path / "missing") == ()
