"""First: what the first version left on a machine: its store, made by it, and its settings.

In tests/data/first: `store.tar.xz` is its folder, with pages of two users and of one's web page;
`pages.json` what they looked like when it served them; `sheetfed.toml` is the file that it shipped.
"""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from system.machine import Machine
from system.steps import step

FOLDER: Final = Path(__file__).parents[1] / "data" / "first"
SHIPPED: Final = (FOLDER / "sheetfed.toml").read_text("utf-8")
OWN: Final = (FOLDER / "own.toml").read_text("utf-8")
OWN_PATH: Final = "/etc/sheetfed/conf.d/own.toml"


@dataclass(frozen=True, slots=True)
class Left:
    """A document: whose it is, and its pages, each its mode, size and the digest of its pixels."""

    user: str
    origin: str
    instance: str
    pages: list[str]


def documents() -> list[Left]:
    return [Left(**each) for each in json.loads((FOLDER / "pages.json").read_text("utf-8"))]


def put(machine: Machine) -> None:
    """On a machine on which the service is stopped; as if it had been used just now."""
    store = machine.root / "var/lib/sheetfed"
    machine.run("find", "/var/lib/sheetfed", "-mindepth", "1", "-delete")
    step("tar", "--extract", f"--directory={store}", f"--file={FOLDER / 'store.tar.xz'}")
    with closing(sqlite3.connect(store / "catalogue.sqlite")) as rows, rows:
        ((version,),) = rows.execute("PRAGMA user_version")
        assert version == 1
        rows.execute("UPDATE documents SET last_used = ?", (time.time(),))
    machine.run("chown", "--recursive", "sheetfed:sheetfed", "/var/lib/sheetfed")
    machine.write(OWN_PATH, OWN)
