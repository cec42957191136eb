"""Answers: JSON and errors in the protocol's shapes."""

import json
from contextvars import ContextVar
from typing import Final

from aiohttp import web

from sheetfed.core.errors import ErrorCode, MethodNotAllowed, ScanError
from sheetfed.web import brief, errors
from sheetfed.web.brief import Brief
from sheetfed.web.rest import faults

RPC_CALL: ContextVar[tuple[str, str, str] | None] = ContextVar("rpc_call")
"""The id, method and cmdId of the RPC request that is being answered, once they are read."""


_encode: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":")
).encode


def json_bytes(value: object) -> bytes:
    """Half a character, as of a header that is no text, is told as a question mark."""
    return _encode(value).encode(errors="replace")


def json_answer(value: object, *, status: int = 200) -> web.Response:
    return _answer(json_bytes(value), status=status)


def _answer(body: bytes, *, status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/json"}
    return web.Response(body=body, status=status, headers=headers)


def rpc_answer(
    request: web.BaseRequest, instance: str, method: str, result: list[object], command: str
) -> web.StreamResponse:
    """The four members of an RPC answer, in their order."""
    body = json_bytes({"id": instance, "method": method, "result": result, "cmdId": command})
    return Brief(body) if brief.fits(request, body) else _answer(body)


def rpc_halves(instance: str, method: str, command: str) -> tuple[bytes, bytes]:
    """What is before and after an RPC answer's one text."""
    whole = json_bytes({"id": instance, "method": method, "result": [""], "cmdId": command})
    before, mark, after = whole.partition(b'"result":["')
    return before + mark, after


def error_answer(request: web.BaseRequest, error: ScanError) -> web.Response:
    """The error in the shape of the door that was knocked at."""
    words = errors.words(error)
    call = RPC_CALL.get(None)
    body: dict[str, object] = {"error": words}
    if faults.is_ours(request.path):
        body = faults.words(error, request.path)
    elif request.path.startswith(("/f/", "/fa/")):
        instance, method, command = call or ("", request.path.rpartition("/")[2], "")
        body = {"id": instance, "method": method, "result": [], "cmdId": command, "error": words}
    answer = json_answer(body, status=errors.STATUS[error.code])
    answer.headers.update(errors.headers(error))
    if error.code is ErrorCode.METHOD_NOT_ALLOWED and isinstance(error, MethodNotAllowed):
        allowed = error.details.get("allowed")
        answer.headers["Allow"] = ", ".join(map(str, allowed)) if isinstance(allowed, list) else ""
    return answer
