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
from sheetfed.web.method import Base64File, Call, Method, UntilAnswered
from sheetfed.web.receiving import Receiving
from sheetfed.web.sending import send

BY_GET: Final = "VersionInfo"


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
        until_answered = UntilAnswered()
        try:
            return await self._carry_out(request, name, method, until_answered)
        finally:
            if until_answered.is_used:
                await until_answered.aclose()

    async def _carry_out(
        self,
        request: web.BaseRequest,
        name: str,
        method: Method | None,
        until_answered: UntilAnswered,
    ) -> web.StreamResponse:
        if request.method != "POST":
            body: Mapping[str, object] = {}
        elif method is not None and method.takes_file:
            body = await until_answered.enter_async_context(self._receiving.call(request))
        else:
            body = await bodies.read_object(request)
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
            until_answered=until_answered,
        )
        holder = call.holder
        self._sessions.arrive(holder)
        try:
            result = await method.does(call, *values)
        finally:
            self._sessions.depart(holder)
        if isinstance(result, Base64File):
            halves = rpc_halves(instance, name, command)
            headers = {"Content-Type": "application/json"}
            return await send(request, result.file, headers, as_base64_within=halves)
        return rpc_answer(request, instance, name, result, command)
