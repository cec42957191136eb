"""Calls: small RPC calls a second, beside the smallest aiohttp handler."""

import asyncio
import statistics
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, microseconds
from bench.peers import bare_server
from bench.processor import of_first_thread_s
from fakes.daemon import running_daemon

CONNECTIONS = 16
CALLS_A_CONNECTION = 150
LEAST_SHARE = 0.6
UNHURRIED = "limits.requests_per_s = 1000000\n"
"""The rate is looked at, but nobody is turned away."""

BODY = b'{"id":"test","method":"HowManyImagesInBuffer","parameter":[]}'


async def measure(folder: Path, runs: int) -> list[Figure]:
    async with running_daemon(folder, config=UNHURRIED) as daemon, bare_server() as bare:
        served = {
            "ours": (f"{daemon.base}/f", daemon.process.pid),
            "constant": (f"{bare.base}/f", bare.pid),
            "json": (f"{bare.base}/json", bare.pid),
        }
        rates: dict[str, list[float]] = {name: [] for name in served}
        processor_s: dict[str, list[float]] = {name: [] for name in served}
        for run in range(runs + 1):
            for name, (url, pid) in served.items():
                before_s = of_first_thread_s(pid)
                rate = await _rate(url)
                spent_s = of_first_thread_s(pid) - before_s
                if run:
                    rates[name].append(rate)
                    processor_s[name].append(spent_s / (CONNECTIONS * CALLS_A_CONNECTION))
    peers = (("json", "aiohttp, JSON in and out"), ("constant", "aiohttp, a constant"))
    return [
        *(_share(rates["ours"], beside, rates[name]) for name, beside in peers),
        *(_times(processor_s["ours"], beside, processor_s[name]) for name, beside in peers),
    ]


def _share(ours: list[float], beside: str, peer: list[float]) -> Figure:
    share = statistics.median(own / other for own, other in zip(ours, peer, strict=True))
    return Figure(
        "HowManyImagesInBuffer, a second",
        f"{statistics.median(ours):,.0f}",
        beside,
        f"{statistics.median(peer):,.0f}",
        share,
        f"≥ {LEAST_SHARE:g}",
        share >= LEAST_SHARE,
    )


def _times(ours_s: list[float], beside: str, peer_s: list[float]) -> Figure:
    times = statistics.median(own / other for own, other in zip(ours_s, peer_s, strict=True))
    return Figure(
        "the same, processor time of a call",
        microseconds(statistics.median(ours_s)),
        beside,
        microseconds(statistics.median(peer_s)),
        times,
        f"≤ {1 / LEAST_SHARE:.2f}",
        times <= 1 / LEAST_SHARE,
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
