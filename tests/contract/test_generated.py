"""What is made from the table is up to date, and the client's types say what the table says."""

import re
from typing import Any

import pytest
from docs import generate
from docs.typescript import members_of, type_of

from sheetfed.share import client_folder
from sheetfed.web.methods import TABLE
from sheetfed.web.vocabulary import EVENTS, SCHEMAS

TYPES = {
    name: (client_folder() / "sheetfed" / "types" / f"{name}.d.ts").read_text()
    for name in generate.TYPE_FILES
}
TEXT = re.sub(r"/\*\*.*?\*/", "", "\n".join(TYPES.values()), flags=re.DOTALL)
DOTALL_LINES = re.DOTALL | re.MULTILINE
CLIENTS_OWN = {
    "not-running",
    "local-network-denied",
    "certificate-not-trusted",
    "old-version",
    "connection-lost",
}


def test_the_reference_of_methods_is_up_to_date() -> None:
    assert generate.PAGE.read_text() == generate.page(), "run docs/generate.py"


def test_the_reference_has_a_section_for_each_method_after_what_holds_for_all() -> None:
    text = generate.PAGE.read_text()
    assert text.startswith("# Every method\n")
    assert re.findall(r"^### (\w+)\(", text, re.MULTILINE) == list(TABLE)
    links = set(re.findall(r"\]\(#([\w-]+)\)", text))
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    headings = {re.sub(r"[^\w-]", "", title.lower()) for title in titles}
    assert links <= headings


def test_the_types_of_methods_are_up_to_date() -> None:
    assert generate.TYPES.read_text() == generate.types(), "run docs/generate.py"


def one_line(text: str) -> str:
    """Without what only the layout of a type adds."""
    text = re.sub(r"\s+", " ", text).strip().removeprefix("| ")
    return re.sub(r";? }", " }", text).replace("{ |", "{").replace("= |", "=")


def declared_type(name: str) -> str:
    found = re.search(rf"^export type {name} =(.*?;)\n(?=\n|$|export)", TEXT, DOTALL_LINES)
    assert found is not None, name
    return one_line(found[1]).removesuffix(";")


def declared_members(name: str) -> dict[str, str]:
    """An interface's members and their types, with those that it extends."""
    found = re.search(
        rf"^export interface {name}(?: extends (\w+))? {{\n(.*?)^}}", TEXT, DOTALL_LINES
    )
    assert found is not None, name
    own = re.findall(r"^  (\w+\??): (.*?);$", found[2], DOTALL_LINES)
    inherited = declared_members(found[1]) if found[1] else {}
    return {**inherited, **{member: one_line(kind) for member, kind in own}}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_type_of_the_client_is_what_the_service_says(name: str) -> None:
    schema: Any = SCHEMAS[name]
    if "properties" in schema:
        assert declared_members(name) == members_of(schema)
    elif name == "ErrorCode":
        codes = set(re.findall(r'"([a-z-]+)"', declared_type(name)))
        assert codes == {*schema["enum"], *CLIENTS_OWN}
    else:
        assert declared_type(name) == type_of(schema)


def test_the_client_knows_the_types_of_all_events() -> None:
    own = {'connection: CustomEvent<{ state: "open" | "lost" }>'}
    told = {f"{name}: CustomEvent<{type_of(schema)}>" for name, schema in EVENTS.items()}
    members = declared_members("SheetfedEvents").items()
    assert {f"{name}: {kind}" for name, kind in members} == told | own
