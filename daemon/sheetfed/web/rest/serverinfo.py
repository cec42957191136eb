"""Server info: the service's version and its log level."""

from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from sheetfed.core.errors import NotAllowed
from sheetfed.core.settings import invalid
from sheetfed.web.answers import json_answer
from sheetfed.web.rest.operation import Asked

LEVELS: Final[Mapping[int, str]] = {0: "error", 1: "info", 30: "debug"}
"""The numbers that clients of this API know, as our levels."""

_NUMBERS: Final = {"debug": 30, "info": 1, "warning": 0, "error": 0}
_ROOT: Final = 0


class ServerInfo:
    """HTTP gives no administration: only root and the service itself change anything here."""

    def __init__(
        self,
        *,
        version: str,
        own_uid: int,
        log_level: Callable[[], str],
        set_log_level: Callable[[str], None],
    ) -> None:
        self._version = version
        self._administrators = (_ROOT, own_uid)
        self._log_level = log_level
        self._set_log_level = set_log_level

    async def version(self, _: Asked) -> web.StreamResponse:
        return json_answer({"version": self._version, "compatible": True})

    async def settings(self, _: Asked) -> web.StreamResponse:
        return self._settings()

    async def change(self, asked: Asked) -> web.StreamResponse:
        owner = asked.caller.owner
        if owner.origin is not None or owner.uid not in self._administrators:
            raise NotAllowed("the log level is changed by an administrator: `sheetctl log-level`")
        body = await asked.json()
        level = body.get("logLevel")
        if isinstance(level, bool) or not isinstance(level, int) or level not in LEVELS:
            raise invalid("logLevel", ", ".join(map(str, LEVELS)))
        self._set_log_level(LEVELS[level])
        return self._settings()

    def _settings(self) -> web.StreamResponse:
        return json_answer({"logLevel": _NUMBERS[self._log_level()]})
