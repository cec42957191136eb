"""A reader of server-sent events (WHATWG HTML §9.2)."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from fakes.described import check_event


async def read_events(
    stream: aiohttp.ClientResponse,
) -> AsyncIterator[tuple[int, str, dict[str, Any]]]:
    """(id, name, data) of every event; comments and `retry` are passed over."""
    fields: dict[str, str] = {}
    async for raw in stream.content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            name, data = fields["event"], json.loads(fields["data"])
            check_event(name, data)
            yield int(fields["id"]), name, data
            fields = {}
        else:
            fields = {}


async def until(stream: aiohttp.ClientResponse, event: str, **wanted: object) -> dict[str, Any]:
    """The data of the first event of this name that has these members."""
    async for _, name, data in read_events(stream):
        if name == event and all(data.get(key) == value for key, value in wanted.items()):
            return data
    raise AssertionError(f"the stream ended before {event} {wanted}")
