"""The table's descriptions are true: what they allow is taken, what they don't is refused."""

from typing import Any

import pytest

from fakes.described import validator
from fakes.door import OpenDoor
from sheetfed.core import settings
from sheetfed.core.errors import ErrorCode, InvalidParameter
from sheetfed.web import methods, words
from sheetfed.web.asked import SCAN_SETTINGS
from sheetfed.web.errors import COMMON_ERRORS
from sheetfed.web.method import Method
from sheetfed.web.schemas import COMPONENTS_AT, Schema
from sheetfed.web.vocabulary import EVENTS, SCHEMAS

TRIED: list[Any] = [
    None, True, False, -3601, -101, -100, -1, 0, 1, 1.5, 2, 2.0, 100, 101, 255, 256, 3600, 3601,
    30_000, 30_001, 65_000, 65_001, 10**9, "", "text", "auto", "adaptive", "lanczos", "pdf",
    "#12aBfF", "#12", "x" * 1024, "x" * 1025, [], [0], [-1], [1.5], ["text"], {},
    {"resolution": 75}, {"threshold": 2}, {"quality": 0}, {"formats": ["qr-code"]},
    {"formats": ["no"]}, {"formats": 1}, {"at": "every", "pages": 1}, {"at": "every"},
]  # fmt: skip
GOOD = {
    "index": 0,
    "jobId": "job",
    "transferId": "t1",
    "id": "page",
    "scanner": "Desk scanner",
    "indices": [0],
}
OF_PARAMETERS = [
    pytest.param(method, place, id=f"{method.name}-{parameter.name}")
    for method in methods.TABLE.values()
    for place, parameter in enumerate(method.parameters)
    if not method.takes_file and not method.is_long
]


def good(method: Method) -> list[Any]:
    """Values that the method's parameters allow."""
    found = []
    for parameter in method.parameters:
        takes = validator(parameter.kind.schema).is_valid
        value = GOOD.get(parameter.name)
        if value is None or not takes(value):
            value = None if parameter.is_optional else next(v for v in TRIED if takes(v))
        found.append(value)
    return found


@pytest.mark.parametrize(("method", "place"), OF_PARAMETERS)
async def test_a_parameter_is_taken_as_described_and_refused_by_its_name_otherwise(
    door: OpenDoor, method: Method, place: int
) -> None:
    await door.call("AcquireImage")
    parameter = method.parameters[place]
    is_taken = validator(parameter.kind.schema).is_valid
    for value in TRIED:
        given = good(method)
        given[place] = value
        status, body = await door.call(method.name, *given)
        error = body.get("error", {"code": "", "details": {}})
        if is_taken(value) or (value is None and parameter.is_optional):
            refused = error["code"] == "invalid-parameter" and error["details"]["name"]
            is_too_many_backs = parameter.name == "n" and "half of the pages" in error["message"]
            assert refused != parameter.name or is_too_many_backs, (value, body)
        else:
            assert status == 400 or error["code"] == "index-out-of-range", (value, body)


@pytest.mark.parametrize("name", list(SCAN_SETTINGS["properties"]))  # type: ignore[call-overload]
def test_a_setting_of_a_scan_is_taken_as_described(name: str) -> None:
    schema = SCAN_SETTINGS["properties"][name]  # type: ignore[index]
    takes = validator(schema).is_valid
    for value in (*TRIED, "color", "feeder", "A4", 16, 10_001, 100_000, 100_001, 1_000_001):
        is_a_size = name == "page_size" and isinstance(value, int | str)
        if value not in (None, "") and not is_a_size:
            assert _is_taken(name, value) == takes(value), value
    assert name != "page_size" or (_is_taken(name, "A4") and _is_taken(name, 1))


def _is_taken(name: str, value: object) -> bool:
    try:
        settings.parse(words.ours({name: value}))
    except InvalidParameter:
        return False
    return True


def test_every_named_schema_is_there_and_is_used() -> None:
    used: set[str] = set()

    def look(schema: object) -> None:
        if isinstance(schema, dict):
            reference = schema.get("$ref", "")
            if reference:
                used.add(reference.removeprefix(COMPONENTS_AT))
            for inner in schema.values():
                look(inner)
        elif isinstance(schema, list):
            for inner in schema:
                look(inner)

    described: list[Schema] = [*SCHEMAS.values()]
    for method in methods.TABLE.values():
        described += [parameter.kind.schema for parameter in method.parameters]
        described += method.result
    for schema in (*described, *EVENTS.values()):
        look(schema)
    assert used == set(SCHEMAS)


def test_every_method_says_what_it_does_and_what_can_go_wrong() -> None:
    for method in methods.TABLE.values():
        assert method.summary.endswith("."), method.name
        assert "\n" not in method.summary
        assert len(set(method.errors)) == len(method.errors), method.name
        assert not set(method.errors) & set(COMMON_ERRORS), method.name
        has_index = any(parameter.name == "index" for parameter in method.parameters)
        assert not has_index or "index-out-of-range" in method.errors, method.name


def test_every_error_of_the_closed_table_is_some_calls() -> None:
    codes = {code for method in methods.TABLE.values() for code in method.errors}
    of_rest = {"gone", "wrong-password"}
    assert {*codes, *COMMON_ERRORS} | of_rest == set(ErrorCode)
