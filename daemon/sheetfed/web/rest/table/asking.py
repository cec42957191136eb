"""Asking: the calls about what web pages may do, described as those of the REST API are."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.web.asking import Asking
from sheetfed.web.deciding import Deciding
from sheetfed.web.rest.operation import Answer, Body, Operation
from sheetfed.web.schemas import array, named

_STATE: Final = named("AccessAnswer")
_CHANGED: Final = (ErrorCode.STORE_FULL,)

ASKING: Final = (
    Operation(
        "getAccess",
        "GET",
        "/api/access",
        Asking.state,
        "What this web origin may do; readable without a permission.",
        (Answer(200, "how it stands", _STATE),),
        has_head=True,
    ),
    Operation(
        "askForAccess",
        "POST",
        "/api/access",
        Asking.ask,
        "Ask the user for permissions.",
        (Answer(202, "how it stands", _STATE),),
        body=Body(named("AccessAsked"), is_needed=False),
    ),
    Operation(
        "getOrigins",
        "GET",
        "/api/access/origins",
        Deciding.listed,
        "What web origins may do, and what they ask for; not for web pages.",
        (Answer(200, "the origins", array(named("OriginAccess"))),),
        has_head=True,
    ),
    Operation(
        "decideOnOrigin",
        "POST",
        "/api/access/origins/{origin}",
        Deciding.decide,
        "Decide what a web origin may do; not for web pages.",
        (Answer(200, "how it stands now", named("OriginAccess")),),
        (ErrorCode.NOT_FOUND, *_CHANGED),
        body=Body(named("AccessDecision")),
    ),
)
