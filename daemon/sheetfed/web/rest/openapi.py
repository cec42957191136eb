"""OpenAPI: the description of all calls, made from the tables that the door dispatches by."""

from collections.abc import Mapping
from typing import Final

from sheetfed.web import vocabulary
from sheetfed.web.errors import COMMON_ERRORS
from sheetfed.web.rest import operations, rpcpaths
from sheetfed.web.rest import vocabulary as rest_vocabulary
from sheetfed.web.rest.faults import is_ours
from sheetfed.web.rest.operation import Body, Operation, Word
from sheetfed.web.rest.responses import failures, responses
from sheetfed.web.rest.table.asking import ASKING
from sheetfed.web.rest.table.others import OTHERS
from sheetfed.web.schemas import Schema, named, record, row, text

VERSION: Final = "3.1.0"
_SERVERS: Final = ("http://127.0.0.1:18622", "https://127.0.0.1:18623")
_OTHERS_TAG: Final = "other"
_PATH_SCHEMAS: Final[Mapping[str, Schema]] = {
    "version": {"type": "string", "pattern": "^dwt_[0-9]{1,12}$"},
}

_Words = dict[str, object]


def document(version: str) -> _Words:
    """Of this version of the service."""
    tags: list[_Words] = [
        {"name": group.name, "description": group.about} for group in operations.GROUPS
    ]
    tags += [
        {"name": rpcpaths.TAG, "description": "What web pages call; see docs/rpc.md."},
        {"name": _OTHERS_TAG, "description": "Pictures, files, events and the page."},
    ]
    return {
        "openapi": VERSION,
        "info": {
            "title": "Sheetfed",
            "version": version,
            "summary": "The scanners of a Linux computer, for its web pages and programs.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": url} for url in _SERVERS],
        "tags": tags,
        "paths": _paths(),
        "components": {
            "schemas": {
                **vocabulary.SCHEMAS,
                **rest_vocabulary.SCHEMAS,
                **rpcpaths.SCHEMAS,
            }
        },
    }


def _paths() -> dict[str, _Words]:
    paths: dict[str, _Words] = {}
    for group in operations.GROUPS:
        for operation in group.operations:
            _add(paths, operation, group.name)
    for operation in (*ASKING, *OTHERS):
        _add(paths, operation, _OTHERS_TAG)
    return {**paths, **rpcpaths.paths()}


def _add(paths: dict[str, _Words], operation: Operation, tag: str) -> None:
    path = paths.setdefault(operation.path, {})
    path[operation.method.lower()] = _told(operation, tag, operation.name)
    if operation.has_head:
        head = _told(operation, tag, f"{operation.name}Head")
        path["head"] = {**head, "summary": f"As GET, without the body. {operation.summary}"}


def _told(operation: Operation, tag: str, name: str) -> _Words:
    found: _Words = {
        "operationId": name,
        "tags": [tag],
        "summary": operation.summary,
        "parameters": [
            *(_in_path(word) for word in operations.NAMED.findall(operation.path)),
            *(_parameter("query", word) for word in operation.query),
            *(_parameter("header", word) for word in operation.headers),
        ],
        "responses": {
            **responses(operation.answers),
            **failures((*operation.errors, *COMMON_ERRORS), _error_schema(operation.path)),
        },
    }
    if operation.body is not None:
        found["requestBody"] = _body(operation.body)
    return found


def _in_path(name: str) -> _Words:
    schema = _PATH_SCHEMAS.get(name, text(shortest=1, longest=128))
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _parameter(where: str, word: Word) -> _Words:
    about = {"description": word.about} if word.about else {}
    return {"name": word.name, "in": where, "schema": word.schema, **about}


def _body(body: Body) -> _Words:
    content: _Words = {"application/json": {"schema": body.schema}}
    if body.schema == row():
        content = {}
    content |= {media_type: {} for media_type in body.files}
    return {"required": body.is_needed, "content": content}


def _error_schema(path: str) -> Schema:
    return named("Error") if is_ours(path) else record({"error": named("Failure")})
