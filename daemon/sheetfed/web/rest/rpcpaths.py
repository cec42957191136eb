"""RPC paths: every method of the RPC table as a call that OpenAPI can describe."""

from collections.abc import Mapping
from typing import Final

from sheetfed.web.envelope import INSTANCE_PATTERN
from sheetfed.web.errors import COMMON_ERRORS
from sheetfed.web.method import Method
from sheetfed.web.methods import TABLE
from sheetfed.web.parameters import Parameter
from sheetfed.web.rest.operation import Answer
from sheetfed.web.rest.responses import failures, responses
from sheetfed.web.rpc import BY_GET
from sheetfed.web.schemas import Schema, array, either, named, or_null, record, row, text, whole

TAG: Final = "RPC"
_INSTANCE: Final = either({"type": "string", "pattern": f"^{INSTANCE_PATTERN}$"}, whole(low=0))
SCHEMAS: Final[Mapping[str, Schema]] = {
    "RpcError": record(
        {
            "id": text("empty when the request did not come so far"),
            "method": text(),
            "result": array({}, most=0),
            "cmdId": text(),
            "error": named("Failure"),
        }
    ),
    "Loaded": record(
        {
            "id": text(),
            "method": text(),
            "result": row({"const": True}, array(whole(low=0))),
            "cmdId": text(),
        }
    ),
}


def paths() -> dict[str, dict[str, object]]:
    return {
        f"/{door}/{method.name}": _calls(method, door, is_early=door == "fa" and method.is_long)
        for method in TABLE.values()
        for door in ("f", "fa")
    }


def _calls(method: Method, door: str, *, is_early: bool) -> dict[str, object]:
    """`is_early`: answered as soon as it is accepted, with a job's or a transfer's id."""
    post = _call(method, row({"const": True}, text()) if is_early else row(*method.result))
    post["operationId"] = f"{door}{method.name}"
    post["requestBody"] = {
        "required": any(not each.is_optional for each in method.parameters),
        "content": {"application/json": {"schema": _asked(method)}},
    }
    if method.name != BY_GET:
        return {"post": post}
    get = {**_call(method, row(*method.result)), "operationId": f"{door}{method.name}ByGet"}
    return {"get": get, "head": {**get, "operationId": f"{door}{method.name}Head"}, "post": post}


def _call(method: Method, result: Schema) -> dict[str, object]:
    answer = record(
        {"id": text(), "method": {"const": method.name}, "result": result, "cmdId": text()}
    )
    return {
        "tags": [TAG],
        "summary": method.summary,
        "responses": {
            **responses([Answer(200, "the result", answer)]),
            **failures((*method.errors, *COMMON_ERRORS), named("RpcError")),
        },
    }


def _asked(method: Method) -> Schema:
    parameter = {"parameter": _parameters(method.parameters)}
    return record(
        parameter if _needs(method.parameters) else {},
        is_open=True,
        optional={
            "id": _INSTANCE,
            "cmdId": text(longest=1024),
            "method": {"const": method.name},
            **({} if _needs(method.parameters) else parameter),
        },
    )


def _needs(parameters: tuple[Parameter, ...]) -> int:
    return sum(not each.is_optional for each in parameters)


def _parameters(parameters: tuple[Parameter, ...]) -> Schema:
    items = [
        or_null(each.kind.schema, each.about) if each.is_optional else each.kind.schema
        for each in parameters
    ]
    limits = {"minItems": _needs(parameters), "maxItems": len(parameters)}
    found: Schema = {"type": "array", **limits}
    return {**found, "prefixItems": items} if items else found
