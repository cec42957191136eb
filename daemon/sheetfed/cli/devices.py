"""Devices: the scanners that are there, and what they can do."""

from typing import Any, Final

import click

from sheetfed.bus.contract import MANAGER, ROOT, SCANNER
from sheetfed.bus.refusal import Refusal
from sheetfed.cli import show
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.remote import LONG_CALL_DEADLINE_S, Remote, identity
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl devices
  sheetctl devices --refresh    after a scanner was plugged in
  sheetctl devices --verbose    also what each can do
"""


@click.command(epilog=EPILOG)
@click.option("--refresh", is_flag=True, help="Look for scanners anew.")
@click.option("--verbose", "-v", is_flag=True, help="Ask each scanner what it can do.")
@click.pass_obj
def devices(session: Session, refresh: bool, verbose: bool) -> None:
    """List the scanners."""
    session.run(_devices(session, refresh, verbose))


async def _devices(session: Session, refresh: bool, verbose: bool) -> None:
    async with Remote.on(session.bus) as remote:
        if refresh:
            await remote.call("RefreshScanners", timeout_s=LONG_CALL_DEADLINE_S)
        await remote.get(ROOT, MANAGER, "Scanners")
        scanners = await remote.managed(SCANNER)
        if verbose:
            for path, scanner in scanners.items():
                scanner["Capabilities"] = await _capabilities(remote, path)
    if session.is_json:
        show.as_json([show.thing(path, scanner) for path, scanner in scanners.items()])
    elif scanners:
        _print(scanners, verbose)
    if not scanners:
        raise Stop(
            Exit.NO_SCANNER,
            "no scanner was found. Check cable and power, then `sheetctl devices --refresh`; "
            "`scanimage -L` shows what SANE itself finds.",
        )


async def _capabilities(remote: Remote, path: str) -> Any:
    try:
        return await remote.get(path, SCANNER, "Capabilities")
    except Refusal as error:
        return {"error": error.text}


def _print(scanners: dict[str, dict[str, Any]], verbose: bool) -> None:
    show.table(
        ["ID", "NAME", "MAKER", "MODEL", "STATE"],
        [
            [
                identity(path),
                scanner["Name"],
                scanner["Vendor"],
                scanner["Model"],
                "busy" if scanner["Busy"] else scanner["LastError"] or "ready",
            ]
            for path, scanner in scanners.items()
        ],
    )
    if verbose:
        for scanner in scanners.values():
            click.echo(f"\n{scanner['Name']}")
            show.facts(_abilities(scanner["Capabilities"]))


def _abilities(capabilities: dict[str, Any]) -> list[tuple[str, str]]:
    if "error" in capabilities:
        return [("  unknown", capabilities["error"])]
    return [
        (f"  {source['source']}", "; ".join(_facts(source)))
        for source in capabilities.get("sources", [])
    ]


def _facts(source: dict[str, Any]) -> list[str]:
    found = [", ".join(source["modes"]), " or ".join(map(str, source["depths"])) + " bits"]
    if "resolution_range" in source:
        lowest, highest, _ = source["resolution_range"]
        found.append(f"{lowest} to {highest} dpi")
    elif "resolutions" in source:
        found.append(", ".join(map(str, source["resolutions"])) + " dpi")
    if "area_mm" in source:
        width, height = source["area_mm"]
        found.append(f"{width:g} x {height:g} mm")
    return found
