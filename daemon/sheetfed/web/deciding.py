"""Deciding: our own page lists what web pages may do for this user, and the user decides."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from aiohttp import web

from sheetfed.core import permissions as sets
from sheetfed.core.errors import NotAllowed, OriginNotGranted
from sheetfed.core.grant import Grant, GrantId
from sheetfed.core.grants import LATEST, Grants
from sheetfed.core.model import Caller
from sheetfed.core.settings import invalid, number
from sheetfed.web import body as bodies
from sheetfed.web import identity
from sheetfed.web.access_views import grant_view
from sheetfed.web.answers import json_answer


class Decision(StrEnum):
    GRANT = "grant"
    DENY = "deny"
    REVOKE = "revoke"


_JSON: Final = "application/json"


class Deciding:
    """For the user's programs and our own page alone: no web origin, granted or not."""

    def __init__(self, *, grants: Grants) -> None:
        self._grants = grants

    async def listed(self, _: web.BaseRequest, __: Mapping[str, str]) -> web.StreamResponse:
        """GET /api/access/origins"""
        return json_answer([grant_view(found) for found in self._grants.visible_to(_decider())])

    async def decide(
        self, request: web.BaseRequest, named: Mapping[str, str]
    ) -> web.StreamResponse:
        """POST /api/access/origins/{id} {"decision": "grant", "permissions": [...], "until"?}"""
        caller = _decider()
        if request.content_type != _JSON:
            raise NotAllowed(f"a decision comes as {_JSON}, which no form can send")
        found = self._grants.get(caller, GrantId(named["origin"]))
        if found.uid != caller.owner.uid:
            raise NotAllowed("what is let in for all users, an administrator decides")
        after = await self._carry_out(caller, found, await bodies.read_object(request))
        return json_answer(grant_view(after))

    async def _carry_out(self, caller: Caller, found: Grant, body: Mapping[str, object]) -> Grant:
        uid = caller.owner.uid
        match body.get("decision"):
            case Decision.GRANT:
                permissions = sets.parse("permissions", body.get("permissions"))
                until = body.get("until")
                return await self._grants.allow(
                    caller,
                    found.origin,
                    permissions,
                    uid=uid,
                    until=None if until is None else number("until", until, 0, LATEST),
                )
            case Decision.DENY:
                return await self._grants.deny(caller, found.origin, uid=uid)
            case Decision.REVOKE:
                return await self._grants.revoke(caller, found.id)
        raise invalid("decision", ", ".join(Decision))


def _decider() -> Caller:
    """Raises OriginNotGranted."""
    caller = identity.caller()
    if caller.owner.origin is not None:
        raise OriginNotGranted("only the user decides, on this service's own page")
    return caller
