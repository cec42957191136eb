"""Disk: whether there is room for what is scanned."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sheetfed.cli import show
from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.machine import Machine

CHECK: Final = "store"
NEARLY_FULL: Final = 0.95
NEARLY_BYTES: Final = 96 << 20
"""Room for about eight noisy A4 pages in colour at 300 dpi."""
FULL_BYTES: Final = 1 << 20
"""With less free no scan gets far, whatever is configured."""


def check(
    machine: Machine, manager: Mapping[str, Any], owners: Sequence[Mapping[str, Any]]
) -> list[Diagnosis]:
    """By the limits that are in force; `owners` is what StoreUsage tells this user."""
    found = [*_of_all(manager), *_of_owners(manager, owners), *_of_disk(machine, manager)]
    troubles = [each for each in found if each.trouble]
    return troubles or [Diagnosis(CHECK, ", ".join(each.found for each in found))]


def _of_all(manager: Mapping[str, Any]) -> Iterator[Diagnosis]:
    used, limit = manager["StoreBytes"], manager["StoreLimit"]
    said = f"{show.size(used)} of {show.size(limit)}"
    if used < NEARLY_FULL * limit:
        yield Diagnosis(CHECK, said)
        return
    yield Diagnosis(
        CHECK,
        f"{said} are taken",
        Trouble.DISK,
        f"{_refused(is_so=used >= limit)}. `sudo sheetctl store usage --everybody` shows whose it "
        "is, `sudo sheetctl store purge --older-than 1d --everybody` makes room; [store] max_bytes "
        "of sheetfed.toml(5) is the limit.",
    )


def _of_owners(
    manager: Mapping[str, Any], owners: Sequence[Mapping[str, Any]]
) -> Iterator[Diagnosis]:
    limit = manager["StoreOwnerLimit"]
    for owner in owners:
        if not 0 < NEARLY_FULL * limit <= owner["bytes"]:
            continue
        whose = owner["origin"] or "programs"
        yield Diagnosis(
            CHECK,
            f"{show.size(owner['bytes'])} of {show.size(limit)} are taken by {whose} of user "
            f"{owner['uid']}",
            Trouble.DISK,
            f"{_refused(is_so=owner['bytes'] >= limit)} for this owner. `sheetctl store purge "
            "--older-than 1d`, run by that user, removes old documents; [store] "
            "max_bytes_per_owner of sheetfed.toml(5) is the limit.",
        )


def _of_disk(machine: Machine, manager: Mapping[str, Any]) -> Iterator[Diagnosis]:
    free, kept_free = machine.free_bytes(), manager["StoreMinFree"]
    if free is None:
        return
    said = f"{show.size(free)} free on its disk"
    if free >= kept_free + NEARLY_BYTES:
        yield Diagnosis(CHECK, said)
        return
    yield Diagnosis(
        CHECK,
        f"{said}, where {show.size(kept_free)} have to stay free",
        Trouble.DISK,
        f"{_refused(is_so=free < max(kept_free, FULL_BYTES))}: make room on the disk, or let "
        "[store] min_free_bytes of sheetfed.toml(5) be less. What is stored is safe.",
    )


def _refused(*, is_so: bool) -> str:
    return "Scans are refused" if is_so else "Scans will soon be refused"
