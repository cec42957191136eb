"""Store words: what looking after the store finds, counts and takes in, as D-Bus tells it."""

from collections.abc import Mapping
from typing import Any

from dbus_next.signature import Variant

from sheetfed.bus import values, words
from sheetfed.core.settings import invalid
from sheetfed.core.upkeep import Finding, Imported, OwnerUsage, Report


def of_finding(finding: Finding) -> dict[str, Variant]:
    found = {"flaw": Variant("s", finding.flaw.value), "file": words.variant("s", finding.file)}
    if finding.page is not None:
        found["page"] = words.variant("s", finding.page)
    return found


def of_report(report: Report) -> dict[str, Variant]:
    return {
        "pages": Variant("u", report.pages),
        "flaws": Variant("aa{sv}", [of_finding(finding) for finding in report.findings]),
    }


def of_usage(usage: OwnerUsage) -> dict[str, Variant]:
    return {
        "uid": Variant("u", usage.owner.uid),
        "origin": words.variant("s", usage.owner.origin or ""),
        "documents": Variant("u", usage.documents),
        "pages": Variant("u", usage.pages),
        "bytes": Variant("t", usage.size_bytes),
        "last_used": Variant("t", int(usage.last_used)),
    }


def of_imported(imported: Imported) -> dict[str, Variant]:
    return {
        "documents": Variant("u", imported.documents),
        "pages": Variant("u", imported.pages),
        "known_pages": Variant("u", imported.known_pages),
        "damaged_pages": Variant("u", imported.damaged_pages),
    }


def flags(options: Mapping[str, Any], *names: str) -> tuple[bool, ...]:
    """Whether each of these is asked for; there are no other options. Raises InvalidParameter."""
    wanted = values.plain(options)
    words.known_only(wanted, *names)
    for name, value in wanted.items():
        if not isinstance(value, bool):
            raise invalid(f"options.{name}", "true or false")
    return tuple(wanted.get(name, False) for name in names)
