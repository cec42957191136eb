"""Lookup: the addresses of a name, asked once, and the only ones that are connected to."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from aiohttp.abc import AbstractResolver

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a name and a port to addresses. Raises OSError."""

_DEADLINE_S: Final = 15.0


async def system(host: str, port: int) -> Sequence[str]:
    """As the machine's resolver says. A name server that does not answer holds up a thread of its
    own, and neither the others' work nor the daemon's end."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def look() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            tell(found.set_exception, error)
        else:
            tell(found.set_result, list(dict.fromkeys(str(info[4][0]) for info in infos)))

    def tell(settle: Callable[[Any], None], outcome: Any) -> None:
        def settled() -> None:
            if not found.done():
                settle(outcome)

        if not loop.is_closed():
            loop.call_soon_threadsafe(settled)

    threading.Thread(target=look, name="lookup", daemon=True).start()
    async with asyncio.timeout(_DEADLINE_S):
        return await found


class Pinned(AbstractResolver):
    """Knows one name, and of it the addresses that were found good."""

    def __init__(self, host: str, addresses: Sequence[str]) -> None:
        self._host = host
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> Any:
        if host != self._host:
            raise OSError(f"{host} was not looked up")
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": _family(address),
                "proto": socket.IPPROTO_TCP,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in self._addresses
            if family in (socket.AF_UNSPEC, _family(address))
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
