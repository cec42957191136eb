"""Options: what a scanner's driver lets one set, and what becomes of a value."""

from dataclasses import dataclass
from typing import Any, Final

import click

from sheetfed.bus.contract import MANAGER, ROOT, SCANNER
from sheetfed.cli import complete, optiontable, settings, show
from sheetfed.cli.exits import Exit, Stop, of_error
from sheetfed.cli.remote import LONG_CALL_DEADLINE_S, Remote, identity
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl options
  sheetctl options "Desk scanner" --all
  sheetctl options --set mode=Gray --set resolution=300
  sheetctl options --set gamma-table=0,64,128,255 --set threshold=automatic

What --set sets is shown and then forgotten: `sheetctl scan --option NAME=VALUE` scans with it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is set first, and how much is shown."""

    asked: tuple[str, ...]
    shows_all: bool
    explains: bool


@click.command(epilog=EPILOG, short_help="Show a scanner's SANE options.")
@click.argument("scanner", default="", shell_complete=complete.scanners)
@click.option("--all", "shows_all", is_flag=True, help="Also advanced and inactive ones.")
@click.option("--verbose", "-v", "explains", is_flag=True, help="Also what each means.")
@click.option(
    "--set", "asked", multiple=True, metavar="NAME=VALUE",
    help="Set it, then show what became of it and of the others. A list is 1,2,3; automatic lets "
    "the driver choose; yes presses a button.",
)  # fmt: skip
@click.pass_obj
def options(session: Session, /, scanner: str, **look: Any) -> None:
    """Show a scanner's SANE options with their values and what they take."""
    session.run(_options(session, scanner, Look(**look)))


async def _options(session: Session, scanner: str, look: Look) -> None:
    outcomes: dict[str, Any] = {}
    async with Remote.on(session.bus) as remote:
        path = await _named(remote, scanner)
        found = await _get(remote, path)
        if look.asked:
            kinds = {option.get("name", ""): option["type"] for option in found}
            wanted = dict(settings.option(text, kinds, hint="--set") for text in look.asked)
            outcomes = await remote.call(
                "SetOptions", "a{sv}", wanted,
                path=path, interface=SCANNER, timeout_s=LONG_CALL_DEADLINE_S,
            )  # fmt: skip
            found = await _get(remote, path)
    if session.is_json:
        show.as_json({"options": found, "outcomes": outcomes} if look.asked else found)
    else:
        optiontable.print_table(found, shows_all=look.shows_all, explains=look.explains)
    _report(outcomes, found)


async def _get(remote: Remote, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await remote.call(
        "GetOptions", path=path, interface=SCANNER, timeout_s=LONG_CALL_DEADLINE_S
    )
    return found


async def _named(remote: Remote, word: str) -> str:
    """The path of the scanner of this id, name or device, or of the only one. Raises Stop."""
    await remote.get(ROOT, MANAGER, "Scanners")
    scanners = await remote.managed(SCANNER)
    if not word and len(scanners) == 1:
        return next(iter(scanners))
    for path, scanner in scanners.items():
        if word and word in (scanner["Id"], scanner["Name"], scanner["Device"], identity(path)):
            return path
    names = ", ".join(f'"{scanner["Name"]}"' for scanner in scanners.values())
    if not word and scanners:
        raise Stop(Exit.USAGE, f"there are several scanners, name one: {names}")
    raise Stop(Exit.NO_SCANNER, f"there is no scanner {word!r}" if word else "there is no scanner")


def _report(outcomes: dict[str, Any], options: list[dict[str, Any]]) -> None:
    """Say what was set otherwise. Raises Stop when something was refused."""
    settable = {option.get("name"): option for option in options if option["settable"]}
    refused = []
    for name, outcome in outcomes.items():
        if not outcome["ok"]:
            hint = f"; it takes {optiontable.takes(settable[name])}" if name in settable else ""
            refused.append(f"{name}: {outcome['message']}{hint}")
        elif outcome["snapped"]:
            click.echo(f"{name}: {show.value(outcome['value'])} is the nearest there is", err=True)
    if refused:
        first = next(outcome for outcome in outcomes.values() if not outcome["ok"])
        raise Stop(of_error(first["error"]), "\n".join(refused))
