"""RPC: the envelope of /f/ and /fa/, and the way from it to a method."""

import json
import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.errors import InvalidParameter, NotFound
from sheetfed.core.model import InstanceId
from sheetfed.core.sessions import Sessions
from sheetfed.core.settings import invalid
from sheetfed.web import identity, parameters
from sheetfed.web.answers import RPC_CALL, rpc_answer
from sheetfed.web.method import Call, Method
from sheetfed.web.routes import not_allowed

DEPTH_AT_MOST: Final = 32
_INSTANCE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_INSTANCE: Final = "1"
_BY_GET: Final = "VersionInfo"


class Rpc:
    """Answers POST /f/{method} and /fa/{method}; GET for VersionInfo alone."""

    def __init__(self, *, table: Mapping[str, Method], sessions: Sessions) -> None:
        self._table = table
        self._sessions = sessions

    async def answer(
        self, request: web.BaseRequest, named: Mapping[str, str]
    ) -> web.StreamResponse:
        name = named["method"]
        method = self._table.get(name)
        if request.method != "POST" and (name != _BY_GET or request.method == "HEAD"):
            raise not_allowed({"POST"})
        body = await _envelope(request) if request.method == "POST" else {}
        instance, command = _instance(body), _command(body)
        RPC_CALL.set((instance, name, command))
        if method is None:
            raise NotFound(f"there is no method {name}", details={"name": name})
        if body.get("method", name) != name:
            raise invalid("method", f"{name}, as in the address")
        values = parameters.read_all(method.parameters, body.get("parameter", []))
        call = Call(
            caller=identity.caller(),
            instance=InstanceId(instance),
            base_url=identity.present().base_url,
            waits=not (method.is_long and request.path.startswith("/fa/")),
        )
        with self._sessions.present(call.holder):
            result = await method.run(call, *values)
        return rpc_answer(instance, name, result, command)


async def _envelope(request: web.BaseRequest) -> Mapping[str, object]:
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = json.loads(raw.decode())
        if b"\\u" in raw:
            # Half of a surrogate pair is JSON, but no character: nobody could be told of it.
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidParameter("the body is not JSON", details={"name": "body"}) from None
    if not isinstance(body, dict):
        raise invalid("body", "a JSON object")
    if raw.count(b"[") + raw.count(b"{") > DEPTH_AT_MOST and _depth(body) > DEPTH_AT_MOST:
        raise invalid("body", f"JSON nested at most {DEPTH_AT_MOST} deep")
    return body


def _depth(value: object) -> int:
    """How deep lists and objects are nested."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [
            inner for item in level for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _instance(body: Mapping[str, object]) -> str:
    value = body.get("id", _NO_INSTANCE)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise invalid("id", "a text or a number")
    if not _INSTANCE.fullmatch(str(value)):
        raise invalid("id", "1 to 64 characters of A-Z, a-z, 0-9, _ and -")
    return str(value)


def _command(body: Mapping[str, object]) -> str:
    value = body.get("cmdId", "")
    if not isinstance(value, str) or len(value) > 1024:
        raise invalid("cmdId", "a text")
    return value
