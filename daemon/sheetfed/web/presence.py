"""Presence: something is waited for as long as the client who asked is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from aiohttp import web

LOOKS_EVERY_S: Final = 5.0

_Result = TypeVar("_Result")


async def while_there(request: web.BaseRequest, work: Coroutine[Any, Any, _Result]) -> _Result:
    """The work's result. Raises ConnectionError when its client has gone before."""
    working = asyncio.create_task(work)
    try:
        while not working.done():
            await asyncio.wait({working}, timeout=LOOKS_EVERY_S)
            if not working.done() and request.transport is None:
                raise ConnectionError("the client has gone")
        return working.result()
    finally:
        working.cancel()
