"""Service: what an administrator may change while it runs."""

from typing import Final

import click

from sheetfed.cli.remote import Remote
from sheetfed.cli.session import Session

LOG_LEVELS: Final = ("debug", "info", "warning", "error")

LOG_LEVEL_EPILOG: Final = """\b
Example:
  sheetctl log-level debug
"""
RELOAD_EPILOG: Final = """\b
Example:
  sheetctl reload
"""


@click.command("log-level", epilog=LOG_LEVEL_EPILOG, short_help="Change what the service logs.")
@click.argument("level", type=click.Choice(LOG_LEVELS))
@click.pass_obj
def log_level(session: Session, level: str) -> None:
    """Change what the service logs, until its next start (administrators)."""
    session.run(_administer(session, "SetLogLevel", "s", level))


@click.command(epilog=RELOAD_EPILOG)
@click.pass_obj
def reload(session: Session) -> None:
    """Let the service read its configuration again (administrators)."""
    session.run(_administer(session, "Reload"))


async def _administer(session: Session, member: str, signature: str = "", *body: object) -> None:
    async with Remote.on(session.bus) as remote:
        await remote.administer(member, signature, *body)
