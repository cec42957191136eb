"""Checks: what a daemon leaves on the disk and holds when nobody uses it."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from chaos.told import require
from fakes.busclient import client_on
from fakes.daemon import Daemon
from fakes.rest import DOCUMENTS
from fakes.sheetctl import Sheetctl
from sheetfed.bus.contract import DOCUMENT, ROOT
from sheetfed.storage.check import catalogued, survey

MORE_AT_MOST: Final = 4
"""Descriptors of connections and of spare workers."""

_WITHIN_S: Final = 30.0


def descriptors(pid: int) -> list[str]:
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(entry.readlink()))
        except FileNotFoundError:
            continue
    return found


async def assert_nothing_left(folder: Path) -> None:
    """Of a daemon that has just started: every file is a page's or the store's own."""
    store = folder / "store"
    known = await asyncio.to_thread(catalogued, store)
    flaws = await asyncio.to_thread(survey, store, known)
    require(not flaws, f"the store has flaws: {flaws}")
    for place in (store / "spool", store / "incoming"):
        require(not list(place.iterdir()), f"something is left in {place.name}")
    require(not list((folder / "cache").glob(".*")), "an unfinished file is left in the cache")


async def assert_same_everywhere(
    daemon: Daemon, address: str, orders: Mapping[str, Sequence[str]]
) -> None:
    """By REST and over D-Bus a document has the pages that RPC has told of it."""
    async with client_on(address) as client:
        for document, order in orders.items():
            async with daemon.http.get(f"{daemon.base}{DOCUMENTS}/{document}") as answer:
                body = await answer.json()
            rest = [page["uid"] for page in body.get("pages", [])]
            require(rest == list(order), f"{document} has {rest} by REST, {order} by RPC")
            if not order:
                continue
            path = f"{ROOT}/document/{document}"
            count = await client.get(path, DOCUMENT, "Pages")
            require(count == len(order), f"{document} has {count} pages over D-Bus, not {order}")
            index = len(order) - 1
            info = await client.call("GetPageInfo", "u", index, path=path, interface=DOCUMENT)
            require(info["id"] == order[index], f"{document} ends with {info['id']} over D-Bus")


async def assert_left_alone(daemon: Daemon, sheetctl: Sheetctl, at_first: int) -> None:
    """Nothing goes on, nothing is held, and the store is as its rows say."""
    ran = await sheetctl("store", "check")
    require(ran.code == 0, f"store check: {ran.out.decode()} {ran.err}")
    jobs = (await sheetctl("--json", "jobs")).json
    states = {job["state"] for job in jobs}
    require(states <= {"done", "failed", "canceled"}, f"jobs are {states}")
    ends = monotonic() + _WITHIN_S
    while len(found := descriptors(daemon.process.pid)) > at_first + MORE_AT_MOST:
        require(monotonic() < ends, f"{at_first} descriptors were open, now {found}")
        await asyncio.sleep(0.2)
    os.kill(daemon.process.pid, 0)
