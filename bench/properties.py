"""Properties: how long reading one over D-Bus takes, beside the bus' own shortest call."""

import statistics
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, milliseconds
from fakes.bus import private_bus
from fakes.busclient import Client, client_on
from fakes.daemon import running_daemon
from sheetfed.bus.contract import MANAGER, ROOT

CALLS = 200
LIMIT_S = 0.001


async def measure(folder: Path, runs: int) -> list[Figure]:
    with private_bus(folder) as bus:
        async with running_daemon(folder, bus=bus.address), client_on(bus.address) as client:
            ours, peer = [], []
            for run in range(runs + 1):
                read_s, asked_s = await _read(client), await _asked(client)
                if run:
                    ours.append(read_s)
                    peer.append(asked_s)
    median_s = statistics.median(ours)
    return [
        Figure(
            what="a D-Bus property",
            ours=milliseconds(median_s),
            beside="dbus-daemon's own GetId",
            peer=milliseconds(statistics.median(peer)),
            ratio=median_s / statistics.median(peer),
            aim="< 1 ms",
            is_met=median_s < LIMIT_S,
        )
    ]


async def _read(client: Client) -> float:
    """Seconds for one, the client's own work included."""
    begun = perf_counter()
    for _ in range(CALLS):
        await client.get(ROOT, MANAGER, "Version")
    return (perf_counter() - begun) / CALLS


async def _asked(client: Client) -> float:
    begun = perf_counter()
    for _ in range(CALLS):
        await client.connection.ask("GetId")
    return (perf_counter() - begun) / CALLS
