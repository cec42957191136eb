"""Disk: whether there is room for what is scanned."""

from collections.abc import Mapping
from typing import Any, Final

from sheetfed.cli import show
from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.machine import Machine

CHECK: Final = "store"
NEARLY_FULL: Final = 0.95
FREE_AT_LEAST_BYTES: Final = 600 << 20
"""Little more than what is kept free as shipped: [store] min_free_bytes."""


def check(machine: Machine, manager: Mapping[str, Any]) -> list[Diagnosis]:
    used, limit = manager["StoreBytes"], manager["StoreLimit"]
    free = machine.free_bytes()
    said = f"{show.size(used)} of {show.size(limit)}"
    if free is not None:
        said += f", {show.size(free)} free on its disk"
    if used >= NEARLY_FULL * limit:
        advice = (
            "`sudo sheetctl store usage --everybody` shows whose it is, `sudo sheetctl store purge "
            "--older-than 1d --everybody` makes room; [store] max_bytes in sheetfed.toml(5) is "
            "the limit."
        )
    elif free is not None and free < FREE_AT_LEAST_BYTES:
        advice = (
            "Make room on the disk: scans are refused when it has less free than [store] "
            "min_free_bytes of sheetfed.toml(5). What is stored is safe."
        )
    else:
        return [Diagnosis(CHECK, said)]
    return [Diagnosis(CHECK, said, Trouble.DISK, advice)]
