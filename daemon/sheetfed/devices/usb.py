"""Usb: what is plugged into the USB now, from sysfs."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

SYSFS = Path("/sys/bus/usb/devices")


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """One device on the bus. Ids are four hexadecimal digits; `serial` is empty where there is
    none, or where another device has the same; `port` is its name in sysfs, such as "1-2.4"."""

    bus: int
    number: int
    vendor_id: str
    product_id: str
    serial: str
    port: str


def plugged(root: Path = SYSFS) -> tuple[UsbDevice, ...]:
    """All devices, blocking; one that goes meanwhile is left out."""
    try:
        folders = sorted(root.iterdir())
    except OSError:
        return ()
    # Those with a colon are interfaces of the others.
    found = [_read(folder) for folder in folders if ":" not in folder.name]
    devices = [device for device in found if device is not None]
    seen = Counter(_make(device) for device in devices)
    # Some makers give every device the same number.
    return tuple(
        device if seen[_make(device)] == 1 else replace(device, serial="") for device in devices
    )


def _make(device: UsbDevice) -> tuple[str, str, str]:
    return device.vendor_id, device.product_id, device.serial


def _read(folder: Path) -> UsbDevice | None:
    try:
        return UsbDevice(
            bus=int(_attribute(folder, "busnum")),
            number=int(_attribute(folder, "devnum")),
            vendor_id=_attribute(folder, "idVendor").lower(),
            product_id=_attribute(folder, "idProduct").lower(),
            serial=_attribute(folder, "serial") if (folder / "serial").exists() else "",
            port=folder.name,
        )
    except (OSError, ValueError):
        return None


def _attribute(folder: Path, name: str) -> str:
    return (folder / name).read_text(errors="replace").strip()
