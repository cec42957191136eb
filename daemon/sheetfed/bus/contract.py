"""Contract: the interfaces that the XML files describe; what they say is what is served."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from dbus_next import introspection
from dbus_next.signature import SignatureTree

NAME: Final = "org.sheetfed1"
ROOT: Final = "/org/sheetfed1"
MANAGER: Final = f"{NAME}.Manager"
SCANNER: Final = f"{NAME}.Scanner"
JOB: Final = f"{NAME}.Job"
DOCUMENT: Final = f"{NAME}.Document"
TASK: Final = f"{NAME}.Task"
ORIGIN: Final = f"{NAME}.Origin"

_EMITS: Final = "org.freedesktop.DBus.Property.EmitsChangedSignal"


class Emits(StrEnum):
    """EmitsChangedSignal (D-Bus specification §Introspection Data Format)."""

    TRUE = "true"
    INVALIDATES = "invalidates"
    CONST = "const"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    in_signature: str
    out_signature: str

    @property
    def out_types(self) -> list[str]:
        return [kind.signature for kind in SignatureTree(self.out_signature).types]


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    signature: str
    emits: Emits


@dataclass(frozen=True, slots=True)
class Interface:
    """What an interface has; `element` is its XML with all annotations."""

    name: str
    methods: Mapping[str, Method]
    properties: Mapping[str, Property]
    signals: Mapping[str, str]
    element: ET.Element


class ContractMissing(Exception):
    """The XML files are not where they should be, or are damaged."""


def load(folder: Path) -> dict[str, Interface]:
    """Every interface of `org.sheetfed1.*.xml`, by its name. Raises ContractMissing."""
    found: dict[str, Interface] = {}
    try:
        for file in sorted(folder.glob(f"{NAME}.*.xml")):
            for element in ET.parse(file).getroot().iter("interface"):  # noqa: S314
                interface = _read(element)
                found[interface.name] = interface
    except (OSError, ET.ParseError, ValueError, TypeError, KeyError) as error:
        raise ContractMissing(f"the D-Bus contract in {folder} cannot be read: {error}") from error
    missing = {MANAGER, SCANNER, JOB, DOCUMENT, ORIGIN, TASK} - found.keys()
    if missing:
        raise ContractMissing(f"the D-Bus contract in {folder} lacks {', '.join(sorted(missing))}")
    return found


def _read(element: ET.Element) -> Interface:
    parsed = introspection.Interface.from_xml(element)
    annotated = {child.get("name"): _annotations(child) for child in element.iter("property")}
    return Interface(
        name=parsed.name,
        methods={
            method.name: Method(
                name=method.name,
                in_signature=method.in_signature,
                out_signature=method.out_signature,
            )
            for method in parsed.methods
        },
        properties={
            found.name: Property(
                name=found.name,
                signature=found.signature,
                emits=Emits(annotated[found.name].get(_EMITS, "true")),
            )
            for found in parsed.properties
        },
        signals={signal.name: signal.signature for signal in parsed.signals},
        element=element,
    )


def _annotations(element: ET.Element) -> dict[str, str]:
    return {note.attrib["name"]: note.attrib["value"] for note in element.findall("annotation")}
