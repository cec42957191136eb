"""Print the manual page org.sheetfed1(5), made from the D-Bus contract: python docs/manual.py"""

import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

CONTRACT = Path(__file__).parents[1] / "dbus"
_DOC = "org.gtk.GDBus.DocString"
_EMITS = "org.freedesktop.DBus.Property.EmitsChangedSignal"
_TOLD = {
    "true": "changes are told",
    "invalidates": "changes are told without the value",
    "const": "constant",
    "false": "changes are not told",
}
_HEAD = r""".\" Made from the D-Bus contract.
.TH ORG.SHEETFED1 5 "2026-11-22" "Sheetfed" "File Formats"
.SH NAME
org.sheetfed1 \- the D-Bus interface of the document scanner service
.SH DESCRIPTION
The service
.BR sheetfed (8)
is
.B org.sheetfed1
on the system bus; it is started on demand. The object
.I /org/sheetfed1
is the Manager, and the ObjectManager of all others: scanners, jobs, documents, web origins and
tasks.
.PP
Whoever calls is whom the bus says. Jobs, documents, origins and tasks are shown to the Unix
user to whom they belong, with
what that user's web pages have made, and to administrators; pages are read by that user alone.
Signals of theirs are sent
to connections of that user which have called the service before; signals of scanners are broadcast.
.PP
What needs
.B org.sheetfed1.manage
or
.B org.sheetfed1.manage\-origins
is decided by
.BR polkit (8);
without it only root passes. A password is asked for only where the call allows it.
.PP
Long work is answered at once, with a Job or a Task. Options are a{sv}, and all of them are
optional. Members are only
ever added.
"""
_TAIL = r""".SH ERRORS
.B org.sheetfed1.Error.
and a name such as NotFound, NotAllowed, ScannerBusy or StoreFull; D\-Bus' own where the call
itself is wrong, and
.B org.freedesktop.DBus.Error.UnknownObject
for what is somebody else's.
.SH FILES
.TP
.I /usr/share/dbus\-1/interfaces/org.sheetfed1.*.xml
The contract that this page is made from, and that the service serves.
.TP
.I /usr/share/polkit\-1/actions/org.sheetfed1.policy
What needs an administrator.
.SH SEE ALSO
.BR sheetctl (1),
.BR busctl (1),
.BR gdbus (1),
.BR sheetfed.toml (5),
.BR sheetfed (8)
"""


def page() -> str:
    """The whole page, the Manager first."""
    found = CONTRACT.glob("org.sheetfed1.*.xml")
    files = sorted(found, key=lambda file: (_order(file), file.name))
    body = [line for file in files for line in _interface(_read(file))]
    return _HEAD + "\n".join(body) + "\n" + _TAIL


def _read(file: Path) -> ET.Element:
    (interface,) = ET.parse(file).getroot()  # noqa: S314 - our own file
    return interface


def _order(file: Path) -> int:
    return 0 if ".Manager." in file.name else 1


def _interface(interface: ET.Element) -> Iterator[str]:
    yield f".SH {_escaped(interface.attrib['name'].rpartition('.')[2].upper())}"
    yield _escaped(_note(interface, _DOC))
    for kind, title in (("property", "Properties"), ("method", "Methods"), ("signal", "Signals")):
        members = interface.findall(kind)
        if members:
            yield f".SS {title}"
        for member in members:
            yield ".TP"
            yield from _property(member) if kind == "property" else _call(member)


def _property(found: ET.Element) -> Iterator[str]:
    yield rf"\fB{_escaped(found.attrib['name'])}\fR \- {_escaped(found.attrib['type'])}"
    yield _escaped(f"{_note(found, _DOC)} ({_TOLD[_note(found, _EMITS) or 'true']})")


def _call(member: ET.Element) -> Iterator[str]:
    outgoing = member.findall("arg[@direction='out']")
    incoming = [arg for arg in member.findall("arg") if arg not in outgoing]
    result = rf" \(-> {_arguments(outgoing)}" if outgoing else ""
    yield rf"\fB{_escaped(member.attrib['name'])}\fR({_arguments(incoming)}){result}"
    yield _escaped(_note(member, _DOC))
    for arg in [*incoming, *outgoing]:
        yield ".RS"
        yield ".TP"
        yield rf"\fI{_escaped(arg.attrib['name'])}\fR"
        yield _escaped(_note(arg, _DOC))
        yield ".RE"


def _arguments(arguments: list[ET.Element]) -> str:
    return ", ".join(
        rf"{_escaped(arg.attrib['type'])} \fI{_escaped(arg.attrib['name'])}\fR" for arg in arguments
    )


def _note(element: ET.Element, name: str) -> str:
    found = element.find(f"annotation[@name='{name}']")
    return "" if found is None else found.attrib["value"]


def _escaped(text: str) -> str:
    """As roff shows it unchanged (groff_char(7))."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("…", "...")
    return rf"\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.stdout.write(page())
