"""Server: the table's operations about the service itself."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.web.rest.operation import Answer, Body, Group, Operation
from sheetfed.web.rest.serverinfo import ServerInfo
from sheetfed.web.schemas import named

SERVER: Final = Group(
    "server",
    "The service itself.",
    ServerInfo,
    (
        Operation(
            "getServerSettings",
            "GET",
            "/api/server",
            ServerInfo.settings,
            "The log level.",
            (Answer(200, "the settings", named("ServerSettings")),),
            has_head=True,
            needs=None,
        ),
        Operation(
            "changeServerSettings",
            "PATCH",
            "/api/server",
            ServerInfo.change,
            "Change the log level; for root and the service's own user alone.",
            (Answer(200, "the settings as they are now", named("ServerSettings")),),
            (ErrorCode.NOT_ALLOWED,),
            body=Body(named("ServerSettings")),
            needs=None,
        ),
        Operation(
            "getServerVersion",
            "GET",
            "/api/server/version",
            ServerInfo.version,
            "The service's version.",
            (Answer(200, "the version", named("ServerVersion")),),
            has_head=True,
            needs=None,
        ),
    ),
)
