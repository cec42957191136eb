"""The contract: files, facades, documentation and policy say the same."""

import inspect
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from sheetfed.bus import contract, errors, values
from sheetfed.bus.actions import NEEDS
from sheetfed.bus.contract import DOCUMENT, JOB, MANAGER, ORIGIN, SCANNER, TASK, Emits
from sheetfed.bus.document import Document
from sheetfed.bus.job import Job
from sheetfed.bus.manager import LOG_LEVELS, Manager
from sheetfed.bus.origin import Origin
from sheetfed.bus.scanner import Scanner
from sheetfed.bus.task import Task
from sheetfed.core.errors import ErrorCode, InternalError, PaperJam
from sheetfed.share import client_folder, contract_folder

DOC = "org.gtk.GDBus.DocString"
EMITS = "org.freedesktop.DBus.Property.EmitsChangedSignal"
FACADES = {
    MANAGER: Manager,
    SCANNER: Scanner,
    JOB: Job,
    DOCUMENT: Document,
    ORIGIN: Origin,
    TASK: Task,
}
ROOT_FOLDER = Path(__file__).parents[2]
TOLD = {
    Emits.TRUE: "told",
    Emits.INVALIDATES: "invalidated",
    Emits.CONST: "constant",
    Emits.FALSE: "no signal",
}
INTERFACES = contract.load(contract_folder())


def _notes(element: ET.Element) -> dict[str, str]:
    return {note.attrib["name"]: note.attrib["value"] for note in element.findall("annotation")}


@pytest.mark.parametrize("name", FACADES)
def test_every_interface_member_and_argument_is_documented(name: str) -> None:
    element = INTERFACES[name].element
    documented = [element, *element.iter("method"), *element.iter("signal")]
    documented += [*element.iter("property"), *element.iter("arg")]
    assert [found.get("name") for found in documented if not _notes(found).get(DOC)] == []


@pytest.mark.parametrize("name", FACADES)
def test_every_property_says_how_its_changes_are_told(name: str) -> None:
    for found in INTERFACES[name].element.iter("property"):
        assert _notes(found)[EMITS] in [word.value for word in Emits]


@pytest.mark.parametrize("name", FACADES)
def test_facade_and_contract_have_the_same_members(name: str) -> None:
    interface, facade = INTERFACES[name], FACADES[name]
    members = {
        member
        for member, found in vars(facade).items()
        if not member.startswith(("_", "find_"))
        and (isinstance(found, property) or inspect.iscoroutinefunction(found))
    } - {"path"}
    wanted = {values.snake(member) for member in (*interface.methods, *interface.properties)}
    assert members == wanted


def test_the_files_are_one_interface_each() -> None:
    files = {file.stem for file in contract_folder().glob("*.xml")}
    assert files == set(FACADES) == set(INTERFACES)


def test_the_policy_lists_exactly_these_interfaces() -> None:
    policy = (ROOT_FOLDER / "dbus" / "org.sheetfed1.conf").read_text("utf-8")
    listed = set(re.findall(r'send_interface="(org\.sheetfed1\.\w+)"', policy))
    assert listed == set(FACADES)


@pytest.mark.parametrize("name", FACADES)
def test_the_documentation_says_of_every_member_what_its_interface_says(name: str) -> None:
    text = (ROOT_FOLDER / "docs" / "dbus.md").read_text("utf-8")
    section = text.split(f"\n### {name}\n")[1].split("\n### ")[0].split("\n## ")[0]
    element = INTERFACES[name].element
    members = [
        member for kind in ("property", "method", "signal") for member in element.findall(kind)
    ]
    assert _notes(element)[DOC] in section
    assert re.findall(r"^\| `.*", section, re.MULTILINE) == [_row(member) for member in members]


def test_every_member_that_needs_an_action_of_polkits_says_which() -> None:
    for name, interface in INTERFACES.items():
        for member in interface.element.iter("method"):
            said = " ".join(_notes(each).get(DOC, "") for each in (member, *member.iter("arg")))
            found = set(re.findall(r"org\.sheetfed1\.manage(?:-origins)?", said))
            assert bool(found) == ((name, member.attrib["name"]) in NEEDS), member.attrib


def _row(member: ET.Element) -> str:
    name, doc, kind = member.attrib["name"], _notes(member)[DOC], member.tag
    if kind == "property":
        how = TOLD[Emits(_notes(member)[EMITS])]
        return f"| `{name}` | `{member.attrib['type']}`, {how} | {doc} |"
    outgoing = member.findall("arg[@direction='out']")
    incoming = [arg for arg in member.findall("arg") if arg not in outgoing]
    call, result = (", ".join(map(_typed, args)) for args in (incoming, outgoing))
    words = [f"*{arg.attrib['name']}*: {_notes(arg)[DOC]}" for arg in incoming + outgoing]
    said = ("<br>" if kind == "method" else " ").join([doc, *words])
    return f"| `{name}({call})`{f' → `{result}`' if result else ''} | {kind} | {said} |"


def _typed(arg: ET.Element) -> str:
    return f"{arg.attrib['type']} {arg.attrib['name']}"


def test_the_documentation_names_every_error() -> None:
    text = (ROOT_FOLDER / "docs" / "dbus.md").read_text("utf-8")
    listed = set(re.findall(r"`(org\.sheetfed1\.Error\.\w+)`", text))
    assert listed == set(errors.NAMES.values())


def test_the_documentation_names_every_log_level() -> None:
    doc = INTERFACES[MANAGER].element.find(".//property[@name='LogLevel']")
    assert doc is not None
    assert all(level in _notes(doc)[DOC] for level in LOG_LEVELS)


def test_every_error_code_has_a_name_of_its_own() -> None:
    assert set(errors.NAMES) == set(ErrorCode)
    assert len(set(errors.NAMES.values())) == len(ErrorCode)
    assert errors.NAMES[ErrorCode.PAPER_JAM] == "org.sheetfed1.Error.PaperJam"
    assert errors.NAMES[ErrorCode.INTERNAL_ERROR] == "org.sheetfed1.Error.Internal"


def test_an_error_keeps_its_sentence_and_an_internal_one_says_nothing() -> None:
    assert errors.translated(PaperJam("tray 2")).text == "tray 2"
    assert errors.translated(InternalError("a path")).text == "internal error"


def test_a_damaged_contract_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "org.sheetfed1.Job.xml").write_text("<node><interface", "utf-8")
    with pytest.raises(contract.ContractMissing, match="cannot be read"):
        contract.load(tmp_path)


def test_in_a_checkout_the_checkouts_own_files_are_used() -> None:
    assert contract_folder() == ROOT_FOLDER / "dbus"
    assert client_folder().name == "client"
