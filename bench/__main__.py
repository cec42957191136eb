"""./dev bench: Sheetfed beside its peers, in one run, as ratios."""

import argparse
import asyncio
import os
import platform
import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    backups,
    bounds,
    calls,
    crowd,
    exports,
    feeder,
    imports,
    lookups,
    measures,
    memory,
    pictures,
    properties,
    reading,
    scans,
    sealing,
    soak,
    starts,
    waits,
)

GROUPS = {
    "starts": starts,
    "scans": scans,
    "reading": reading,
    "waits": waits,
    "feeder": feeder,
    "pictures": pictures,
    "calls": calls,
    "properties": properties,
    "memory": memory,
    "measures": measures,
    "exports": exports,
    "imports": imports,
    "bounds": bounds,
    "sealing": sealing,
    "lookups": lookups,
    "crowd": crowd,
    "soak": soak,
    "backups": backups,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("group", nargs="*", choices=[[], *GROUPS], help="default: all")
    parser.add_argument(
        "--minutes",
        type=float,
        default=soak.MINUTES,
        help="how long the soak lasts, which is not among all (default: %(default)s)",
    )
    parser.add_argument("--runs", type=int, default=7, help="counted runs (default: %(default)s)")
    arguments = parser.parse_args()
    console = Console(width=110)
    console.print(
        f"{os.cpu_count()} processors, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; medians of {arguments.runs} runs, the peers in turn"
    )
    table = Table(show_edge=False, pad_edge=False)
    for name in ("what", "Sheetfed", "beside", "peer", "ratio", "aim"):
        table.add_column(name, justify="left" if name in ("what", "beside") else "right")
    for name in arguments.group or [name for name in GROUPS if name != "soak"]:
        measure = GROUPS[name].measure
        if name == "soak":
            measure = partial(soak.measure, minutes=arguments.minutes)
        with tempfile.TemporaryDirectory(prefix="sheetfed-bench-") as folder:
            for figure in asyncio.run(measure(Path(folder), arguments.runs)):
                table.add_row(*figure.cells(), style=None if figure.is_met else "yellow")
    console.print(table)


if __name__ == "__main__":
    main()
