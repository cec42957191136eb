"""A folder like /sys/bus/usb/devices, with what a test plugs in."""

from pathlib import Path


def plug(
    root: Path, port: str, *, bus: int, number: int, ids: str, serial: str | None = None
) -> None:
    """`ids` are vendor and product, "04a9:1912"; a port has at most one device."""
    folder = root / port
    folder.mkdir(parents=True, exist_ok=True)
    vendor_id, _, product_id = ids.partition(":")
    attributes = {
        "busnum": str(bus),
        "devnum": str(number),
        "idVendor": vendor_id,
        "idProduct": product_id,
    }
    if serial is not None:
        attributes["serial"] = serial
    for name, value in attributes.items():
        (folder / name).write_text(f"{value}\n")
