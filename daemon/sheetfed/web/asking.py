"""Asking: a page asks to be let in, and learns how that stands."""

from collections.abc import Mapping

from aiohttp import web

from sheetfed.core import permissions as sets
from sheetfed.core.grant import GrantState
from sheetfed.core.grants import Grants
from sheetfed.core.model import Owner
from sheetfed.core.permissions import Permissions
from sheetfed.web import body as bodies
from sheetfed.web import identity
from sheetfed.web.access_views import words
from sheetfed.web.answers import json_answer


class Asking:
    """The only calls that a page without permission can read."""

    def __init__(self, *, grants: Grants, version: str) -> None:
        self._grants = grants
        self._version = version

    async def state(self, _: web.BaseRequest, __: Mapping[str, str]) -> web.StreamResponse:
        """GET /api/access"""
        return self._answer(identity.present().asker, sets.NONE)

    async def ask(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """POST /api/access {"wants": [...]}"""
        owner = identity.present().asker
        body = await bodies.read_object(request)
        wants = sets.parse("wants", body.get("wants", [sets.Permission.SCAN.value]))
        if owner.origin is not None:
            self._grants.request(owner, wants)
        return self._answer(owner, wants, status=202)

    def _answer(self, owner: Owner, wants: Permissions, *, status: int = 200) -> web.Response:
        state = self._grants.state(owner, wants)
        return json_answer(
            {
                "state": state,
                "permissions": words(self._grants.permissions(owner)),
                "asked": state is not GrantState.DENIED or bool(self._grants.refused(owner)),
                "version": self._version,
            },
            status=status,
        )
