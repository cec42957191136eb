"""Identity: what tells one physical device from another, read from its SANE name and type."""

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sheetfed.core.scanner import Connection
from sheetfed.devices.patterns import match
from sheetfed.devices.usb import UsbDevice

LOOPBACK = "loopback"
_LOOPBACK_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ADDRESSES = re.compile(r"\bip=(?P<all>[0-9a-fA-F.:%\w]+(?:,\s*[0-9a-fA-F.:%\w]+)*)")
_NET = re.compile(r"(?P<host>\[[^\]]+\]|[^:]+):(?P<backend>[^:]+):?(?P<name>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Identity:
    """`maker`: the backend that drives the device, wherever; `protocol` of several that it speaks.

    `lasting` stays with the device: USB ids and serial number, or UUID; empty where there is none.
    `position` is where on which USB it is now. `addresses` are those it answers at.
    """

    maker: str
    connection: Connection
    protocol: str = ""
    lasting: tuple[str, ...] = ()
    position: str = ""
    addresses: frozenset[str] = frozenset()


def identify(backend: str, device: str, kind: str, plugged: Collection[UsbDevice] = ()) -> Identity:
    """From a SANE device name, "backend:name", and type; `plugged` is what is on the USB now."""
    name = device.removeprefix(f"{backend}:")
    if backend == "net" and (far := _NET.match(name)):
        return _through_saned(far, kind, plugged)
    connection, groups = match(backend, name)
    found = _on_usb(groups, plugged)
    uuid = _UUID.search(f"{name} {kind}")
    lasting: tuple[str, ...] = ()
    if uuid is not None:
        lasting = ("uuid", uuid.group().lower())
    elif found is not None and found.serial:
        lasting = ("usb", found.vendor_id, found.product_id, found.serial)
    elif found is None and groups.get("serial"):
        ids = (groups[key].lower() for key in ("vid", "pid") if key in groups)
        lasting = ("usb", *ids, groups["serial"]) if "vid" in groups else ()
        lasting = lasting or ("serial", backend, groups["serial"])
    addresses = _addresses(groups, kind)
    if LOOPBACK in addresses:
        # A USB device that ipp-usb gives to the eSCL backends.
        addresses = frozenset({LOOPBACK})
        connection = Connection.USB if connection is Connection.NETWORK else connection
    return Identity(
        maker=backend,
        connection=connection,
        protocol=groups.get("protocol", "")[:1],
        lasting=lasting,
        position=_position(groups, found),
        addresses=addresses,
    )


def _through_saned(far: re.Match[str], kind: str, plugged: Collection[UsbDevice]) -> Identity:
    """The device at the host that shares it; on this machine, the device itself."""
    host = _host(far["host"])
    is_here = host == LOOPBACK
    rest = identify(
        far["backend"], f"{far['backend']}:{far['name']}", kind, plugged if is_here else ()
    )
    return Identity(
        maker=f"net:{host}:{rest.maker}",
        connection=Connection.NETWORK,
        protocol=rest.protocol,
        lasting=rest.lasting,
        position=rest.position if is_here else "",
        addresses=rest.addresses if is_here else rest.addresses - {LOOPBACK},
    )


def _on_usb(groups: Mapping[str, str], plugged: Collection[UsbDevice]) -> UsbDevice | None:
    """The one device on the USB that a name means."""
    if "bus" in groups:
        place = int(groups["bus"]), int(groups["number"])
        fits = [device for device in plugged if (device.bus, device.number) == place]
    elif "port" in groups:
        fits = [device for device in plugged if device.port == groups["port"]]
    elif "vid" in groups:
        ids = groups["vid"].lower(), groups["pid"].lower()
        fits = [device for device in plugged if (device.vendor_id, device.product_id) == ids]
        if len(fits) > 1:
            fits = [device for device in fits if device.serial == groups.get("serial")]
    elif "serial" in groups:
        fits = [device for device in plugged if device.serial == groups["serial"]]
    else:
        return None
    return fits[0] if len(fits) == 1 else None


def _position(groups: Mapping[str, str], found: UsbDevice | None) -> str:
    if found is not None:
        return f"{found.bus}:{found.number}"
    return f"{int(groups['bus'])}:{int(groups['number'])}" if "bus" in groups else ""


def _addresses(groups: Mapping[str, str], kind: str) -> frozenset[str]:
    found = {_host(groups["host"])} if "host" in groups else set()
    if listed := _ADDRESSES.search(kind):
        found |= {_host(word) for word in re.split(r",\s*", listed["all"])}
    return frozenset(found)


def _host(word: str) -> str:
    """One spelling for each address; `LOOPBACK` for this machine's own."""
    bare = word.strip("[]").lower()
    if bare in _LOOPBACK_NAMES:
        return LOOPBACK
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return bare
    return LOOPBACK if address.is_loopback else str(address)
