"""RPC: the way from a request at /f/ or /fa/ to a method, and back with its result."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.errors import NotFound
from sheetfed.core.model import InstanceId
from sheetfed.core.sessions import Sessions
from sheetfed.core.settings import invalid
from sheetfed.web import body as bodies
from sheetfed.web import envelope, identity, parameters
from sheetfed.web.answers import RPC_CALL, rpc_answer, rpc_halves
from sheetfed.web.method import Base64File, Call, Method
from sheetfed.web.receiving import Receiving
from sheetfed.web.sending import send

BY_GET: Final = "VersionInfo"

_JSON: Final = {"Content-Type": "application/json"}


class Rpc:
    """Answers POST /f/{method} and /fa/{method}; GET for VersionInfo alone."""

    def __init__(
        self, *, table: Mapping[str, Method], sessions: Sessions, receiving: Receiving
    ) -> None:
        self._table = table
        self._sessions = sessions
        self._receiving = receiving

    async def answer(
        self, request: web.BaseRequest, named: Mapping[str, str]
    ) -> web.StreamResponse:
        name = named["method"]
        method = self._table.get(name)
        if method is not None:
            identity.present().require(method.needs)
        if request.method != "POST":
            return await self._carry_out(request, name, method, {})
        if method is not None and method.takes_file:
            async with self._receiving.call(request) as body:
                return await self._carry_out(request, name, method, body)
        return await self._carry_out(request, name, method, await bodies.read_object(request))

    async def _carry_out(
        self,
        request: web.BaseRequest,
        name: str,
        method: Method | None,
        body: Mapping[str, object],
    ) -> web.StreamResponse:
        instance, command = envelope.instance(body), envelope.command(body)
        RPC_CALL.set((instance, name, command))
        if method is None:
            raise NotFound(f"there is no method {name}", details={"name": name})
        if body.get("method", name) != name:
            raise invalid("method", f"{name}, as in the address")
        values = parameters.read_all(method.parameters, body.get("parameter", []))
        call = Call(
            caller=identity.caller(),
            instance=InstanceId(instance),
            waits=not (method.is_long and request.path.startswith("/fa/")),
        )
        holder = call.holder
        self._sessions.arrive(holder)
        try:
            result = await method.does(call, *values)
            if isinstance(result, Base64File):
                halves = rpc_halves(instance, name, command)
                async with result.opened as file:
                    return await send(request, file, _JSON, as_base64_within=halves)
        finally:
            self._sessions.depart(holder)
        return rpc_answer(request, instance, name, result, command)
