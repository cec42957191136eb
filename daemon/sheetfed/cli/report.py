"""Report: a bundle for whoever looks for a fault."""

import asyncio
from typing import Final

import click

from sheetfed.cli import output, show
from sheetfed.cli.remote import Remote
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sudo sheetctl report -o sheetfed-report.tar
  sudo sheetctl report -o - | tar -xO sheetfed-report/README
"""


@click.command(epilog=EPILOG, short_help="Write what helps to find a fault, without names.")
@click.option("--output", "-o", "target", required=True, metavar="FILE", help="- is stdout.")
@click.pass_obj
def report(session: Session, target: str) -> None:
    """Write what helps to find a fault to a tar file: no pages, no names (administrators)."""
    output.check(target)
    session.run(_report(session, target))


async def _report(session: Session, target: str) -> None:
    async with Remote.on(session.bus) as remote:
        descriptor = await remote.administer("Report")
        await asyncio.to_thread(output.write, descriptor, target)
    if session.is_json and target != output.STDOUT:
        show.as_json({"file": target})
