"""Devices: the scanners that are there, and on request why others are not."""

from dataclasses import dataclass
from typing import Any, Final

import click

from sheetfed.bus import values
from sheetfed.bus.contract import MANAGER, ROOT, SCANNER
from sheetfed.bus.refusal import Refusal
from sheetfed.cli import explain, show
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.remote import LONG_CALL_DEADLINE_S, Remote, identity
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl devices
  sheetctl devices --refresh          after a scanner was plugged in
  sheetctl devices --verbose          each scanner, and what is missing and why
  sheetctl devices --retry epsonds    after its driver was updated
"""

LOOKING: Final = (
    "Not every backend has answered yet: looking goes on. `sheetctl devices` shows what is found."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is to be looked for, and how much is told of it."""

    retried: str | None
    is_refreshed: bool
    detail: int

    @property
    def is_new(self) -> bool:
        return self.is_refreshed or self.retried is not None


@click.command(epilog=EPILOG)
@click.option("--refresh", is_flag=True, help="Look for scanners anew.")
@click.option(
    "--retry", metavar="NAME",
    help="End the quarantine of this backend, or of this scanner's, and look anew "
    "(administrators).",
)  # fmt: skip
@click.option(
    "--verbose", "-v", count=True,
    help="Explain each scanner and what is missing: backends that failed, hidden devices. "
    "Twice: also every backend that is well.",
)  # fmt: skip
@click.pass_obj
def devices(session: Session, refresh: bool, retry: str | None, verbose: int) -> None:
    """List the scanners."""
    look = Look(retried=retry, is_refreshed=refresh, detail=verbose)
    session.run(_devices(session, look))


async def _devices(session: Session, look: Look) -> None:
    async with Remote.on(session.bus) as remote:
        if look.retried is not None:
            await remote.administer("RetryBackend", "s", look.retried)
        elif look.is_refreshed:
            await remote.call("RefreshScanners", timeout_s=LONG_CALL_DEADLINE_S)
        await remote.get(ROOT, MANAGER, "Scanners")
        manager = await remote.get_all(ROOT, MANAGER)
        if look.is_new and manager["Looking"]:
            click.echo(LOOKING, err=True)
        scanners = await remote.managed(SCANNER)
        if look.detail:
            for path, scanner in scanners.items():
                scanner["Capabilities"] = await _capabilities(remote, path, scanner)
    if session.is_json:
        _print_json(manager, scanners, look)
    else:
        _print(manager, scanners, look)
    if not scanners:
        advice = f"{explain.GUIDE} tells how to get a scanner working."
        if not look.detail:
            advice = "`sheetctl devices --verbose` says more."
        raise Stop(Exit.NO_SCANNER, explain.nothing_found(manager), advice=advice)


async def _capabilities(remote: Remote, path: str, scanner: dict[str, Any]) -> Any:
    if not scanner["Available"]:
        return scanner["Capabilities"]
    try:
        return await remote.get(path, SCANNER, "Capabilities")
    except Refusal as error:
        return {"error": error.text}


def _print_json(manager: dict[str, Any], scanners: dict[str, dict[str, Any]], look: Look) -> None:
    listed = [show.thing(path, scanner) for path, scanner in scanners.items()]
    if look.detail:
        rest = {values.snake(name): manager[name] for name in ("Backends", "Hidden")}
        show.as_json({"scanners": listed, **rest})
    else:
        show.as_json(listed)


def _print(manager: dict[str, Any], scanners: dict[str, dict[str, Any]], look: Look) -> None:
    if scanners:
        show.table(
            ["ID", "NAME", "MAKER", "MODEL", "STATE"],
            [
                [
                    identity(path),
                    scanner["Name"],
                    scanner["Vendor"],
                    scanner["Model"],
                    explain.state(scanner),
                ]
                for path, scanner in scanners.items()
            ],
        )
    if look.detail:
        sections = explain.everything(manager, scanners, lists_all=look.detail > 1)
        for number, (title, facts) in enumerate(sections):
            heading = show.cleaned(title)
            click.echo(f"\n{heading}" if scanners or number else heading)
            show.facts((f"  {name}", fact) for name, fact in facts)
    elif scanners and (note := explain.note(manager)):
        click.echo(note, err=True)
