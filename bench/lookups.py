"""Lookups: which user is behind a connection, asked of the kernel once for each."""

import asyncio
import os
import socket
import statistics
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, microseconds
from sheetfed.host.peer import PeerLookup

CONNECTIONS = 500
LOOKUPS = 2000
LIMIT_S = 0.0002


async def measure(_: Path, runs: int) -> list[Figure]:
    del runs
    seconds = await asyncio.to_thread(_looked_up)
    median_s = statistics.median(seconds)
    return [
        Figure(
            f"user look-up of a connection, {CONNECTIONS} open",
            microseconds(median_s),
            "p99",
            microseconds(statistics.quantiles(seconds, n=100)[98]),
            aim=f"< {microseconds(LIMIT_S)}",
            is_met=median_s < LIMIT_S,
        )
    ]


def _looked_up() -> list[float]:
    lookup = PeerLookup()
    with ExitStack() as opened:
        opened.callback(lookup.close)
        server = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS))
        connections = []
        for _ in range(CONNECTIONS):
            opened.enter_context(socket.create_connection(server.getsockname()))
            connections.append(opened.enter_context(server.accept()[0]))
        seconds = []
        for number in range(LOOKUPS):
            begun = perf_counter()
            uid = lookup.uid(connections[number % CONNECTIONS])
            seconds.append(perf_counter() - begun)
            assert uid == os.geteuid()
    return seconds
