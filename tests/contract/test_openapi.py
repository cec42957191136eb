"""The description of all calls is valid and complete."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.core import FakeCore
from fakes.door import assembled
from fakes.incoming import FolderIncoming
from sheetfed.core.errors import MethodNotAllowed, NotFound
from sheetfed.web import methods
from sheetfed.web.rest import openapi, operations
from sheetfed.web.routes import Routes

DOCUMENT: Any = openapi.document("1.2.3")
SAMPLES = {"version": "dwt_1", "origin": "abc"}


def calls() -> Iterator[tuple[str, str, Any]]:
    """Method, path and description of each."""
    for path, described in DOCUMENT["paths"].items():
        for method, call in described.items():
            yield method.upper(), path, call


def sample(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: SAMPLES.get(found[1], "x1"), path)


@pytest.fixture
def routes(tmp_path: Path) -> Routes:
    return assembled(FakeCore.assemble(tmp_path), FolderIncoming(tmp_path)).routes


def test_every_call_that_is_described_is_answered(routes: Routes) -> None:
    for method, path, _ in calls():
        assert routes.find(method, sample(path))


def test_every_call_that_is_answered_is_described(routes: Routes) -> None:
    described = [(method, sample(path)) for method, path, _ in calls()]
    for pattern, taken in routes.every():
        found = {method for method, path in described if pattern.fullmatch(path)}
        assert found, pattern.pattern
        if not pattern.pattern.startswith("/fa?/"):
            assert found >= taken, pattern.pattern


def test_no_other_method_is_taken_where_one_is_described(routes: Routes) -> None:
    described = {(method, path) for method, path, _ in calls()}
    for path in DOCUMENT["paths"]:
        for method in ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"):
            if (method, path) not in described and not path.startswith(("/f/", "/fa/")):
                with pytest.raises((MethodNotAllowed, NotFound)):
                    routes.find(method, sample(path))


def test_every_method_of_the_rpc_table_is_there_on_both_doors() -> None:
    for name in methods.TABLE:
        for door in ("/f/", "/fa/"):
            assert "post" in DOCUMENT["paths"][door + name]
    assert "get" in DOCUMENT["paths"]["/fa/VersionInfo"]


def test_every_call_has_a_name_of_its_own() -> None:
    names = [call["operationId"] for _, _, call in calls() if "operationId" in call]
    assert len(names) == len(set(names))
    assert {each.name for each in operations.every()} <= set(names)


def test_every_schema_that_is_named_is_there_and_used() -> None:
    there = set(DOCUMENT["components"]["schemas"])
    used = set(re.findall(r"'#/components/schemas/(\w+)'", str(DOCUMENT)))
    assert used <= there
    assert {name for name in there - used if not name.endswith("Event")} == set()


def test_every_answer_with_a_body_says_of_which_type_it_is() -> None:
    for method, path, call in calls():
        for status, answer in call["responses"].items():
            has_body = status not in ("204", "304", "416")
            assert bool(answer.get("content")) is has_body, (method, path, status)


def test_it_is_a_valid_document_of_openapi_3_1() -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(DOCUMENT)
