"""Status: whether the service runs, and how it is."""

from typing import Final

import click

from sheetfed.bus import values
from sheetfed.bus.contract import JOB, MANAGER, ORIGIN, ROOT, SCANNER
from sheetfed.cli import show
from sheetfed.cli.follow import FINAL
from sheetfed.cli.remote import Remote, identity
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl status
  sheetctl status --wait 30     wait until the service is up
  sheetctl --json status
"""


@click.command(epilog=EPILOG, short_help="Show how the service is.")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait so long for the service to come up.",
)
@click.pass_obj
def status(session: Session, wait_s: float | None) -> None:
    """Show the service's version, addresses, store, scanners and running jobs."""
    session.run(_status(session, wait_s))


async def _status(session: Session, wait_s: float | None) -> None:
    async with Remote.on(session.bus) as remote:
        if wait_s is not None:
            await remote.wait_until_running(wait_s)
        await remote.get(ROOT, MANAGER, "Scanners")
        found = await remote.get_all(ROOT, MANAGER)
        scanners = await remote.managed(SCANNER)
        jobs = await remote.managed(JOB)
        origins = await remote.managed(ORIGIN)
    if session.is_json:
        told = {values.snake(name): value for name, value in found.items()}
        told["scanners"] = [identity(path) for path in found["Scanners"]]
        told["jobs"] = [identity(path) for path in found["Jobs"]]
        show.as_json(told)
        return
    running = sum(job["State"] not in FINAL for job in jobs.values())
    names = ", ".join(scanner["Name"] for scanner in scanners.values())
    show.facts(
        [
            ("version", found["Version"]),
            ("web", " ".join(found["Endpoints"]) or "not served"),
            ("store", f"{show.size(found['StoreBytes'])} of {show.size(found['StoreLimit'])}"),
            ("logging", found["LogLevel"]),
            ("scanners", names or "none"),
            ("running jobs", running),
            ("web pages", _of_origins([found["State"] for found in origins.values()])),
        ]
    )


def _of_origins(states: list[str]) -> str:
    asking = states.count("pending")
    if not asking:
        return f"{states.count('granted')} let in"
    asks = "1 asks" if asking == 1 else f"{asking} ask"
    return f"{asks} for access: sheetctl origins requests"
