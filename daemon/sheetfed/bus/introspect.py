"""Introspect: what is at a path, told as the contract's own XML."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from copy import deepcopy
from typing import Final

from dbus_next import introspection

from sheetfed.bus.contract import ROOT, Interface

_DOCTYPE: Final = (
    '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"\n'
    '"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">\n'
)
_OBJECT_MANAGER: Final = "org.freedesktop.DBus.ObjectManager"
_STANDARD: Final = {found.name: found for found in introspection.Node.default().interfaces}


def node(path: str, interface: Interface | None, managed: Iterable[str]) -> str | None:
    """The XML of this path for a caller who sees the managed ones; None: nothing is there.

    `interface` is that of the object at the path, if there is one.
    """
    children = sorted(_children(path, [ROOT, *managed]))
    if interface is None and not children:
        return None
    root = ET.Element("node")
    for standard in _STANDARD.values():
        belongs = interface is not None or standard.name.endswith((".Introspectable", ".Peer"))
        if standard.name == _OBJECT_MANAGER:
            belongs = path == ROOT
        if belongs:
            root.append(standard.to_xml())
    if interface is not None:
        root.append(deepcopy(interface.element))
    for child in children:
        ET.SubElement(root, "node", name=child)
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _children(path: str, objects: Iterable[str]) -> set[str]:
    below = "/" if path == "/" else path + "/"
    return {found[len(below) :].split("/")[0] for found in objects if found.startswith(below)}
