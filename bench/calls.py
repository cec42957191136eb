"""Calls: small RPC calls a second, beside the smallest aiohttp handler."""

import asyncio
import statistics
from pathlib import Path
from time import perf_counter

from bench.figures import Figure
from bench.peers import bare_server
from fakes.daemon import running_daemon

CONNECTIONS = 16
CALLS_A_CONNECTION = 150
LEAST_SHARE = 0.6
UNHURRIED = "limits.requests_per_s = 1000000\n"
"""The rate is looked at, but nobody is turned away."""

BODY = b'{"id":"test","method":"HowManyImagesInBuffer","parameter":[]}'


async def measure(folder: Path, runs: int) -> list[Figure]:
    async with running_daemon(folder, config=UNHURRIED) as daemon, bare_server() as bare:
        urls = {
            "ours": f"{daemon.base}/f",
            "constant": f"{bare}/f",
            "json": f"{bare}/json",
        }
        rates: dict[str, list[float]] = {name: [] for name in urls}
        for run in range(runs + 1):
            for name, url in urls.items():
                rate = await _rate(url)
                if run:
                    rates[name].append(rate)
    return [
        _share("HowManyImagesInBuffer, a second", rates["ours"], peer, rates[name], aim)
        for peer, name, aim in (
            ("aiohttp, JSON in and out", "json", LEAST_SHARE),
            ("aiohttp, a constant", "constant", LEAST_SHARE),
        )
    ]


def _share(what: str, ours: list[float], beside: str, peer: list[float], aim: float) -> Figure:
    share = statistics.median(own / other for own, other in zip(ours, peer, strict=True))
    return Figure(
        what,
        f"{statistics.median(ours):,.0f}",
        beside,
        f"{statistics.median(peer):,.0f}",
        share,
        f"≥ {aim:g}",
        share >= aim,
    )


async def _rate(url: str) -> float:
    """Answers a second over some connections at once; the client is another process' work."""
    reader_tasks = [asyncio.create_task(_ask(url)) for _ in range(CONNECTIONS)]
    begun = perf_counter()
    await asyncio.gather(*reader_tasks)
    return CONNECTIONS * CALLS_A_CONNECTION / (perf_counter() - begun)


async def _ask(url: str) -> None:
    """One connection's calls, one after the other, with as little client as possible."""
    address, _, door = url.removeprefix("http://").partition("/")
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = (
        f"POST /{door}/HowManyImagesInBuffer HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    ).encode() + BODY
    for _ in range(CALLS_A_CONNECTION):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    writer.close()
    await writer.wait_closed()
