"""Store: whether what is stored is well, how much it is, and backups of it."""

import asyncio
import os
import re
from typing import BinaryIO, Final, cast

import click
from dbus_next.signature import Variant

from sheetfed.cli import output, show
from sheetfed.cli.archive import Archive
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.remote import Remote
from sheetfed.cli.session import Session
from sheetfed.cli.task import finished

EPILOG: Final = """\b
Examples:
  sheetctl store usage
  sheetctl store check
  sheetctl store export --everybody -o backup.tar
  sheetctl store import backup.tar
"""
CHECK_EPILOG: Final = """\b
Example:
  sheetctl store check
"""
USAGE_EPILOG: Final = """\b
Examples:
  sheetctl store usage
  sheetctl --json store usage
"""
PURGE_EPILOG: Final = """\b
Examples:
  sheetctl store purge --older-than 12h
  sudo sheetctl store purge --older-than 7d --everybody
"""
EXPORT_EPILOG: Final = """\b
Examples:
  sheetctl store export -o mine.tar
  sheetctl store export --everybody -o - | gpg -c > backup.tar.gpg
"""
IMPORT_EPILOG: Final = """\b
Examples:
  sudo sheetctl store import backup.tar --everybody
  gpg -d backup.tar.gpg | sheetctl store import -
"""
_SECONDS: Final = {"m": 60, "h": 3600, "d": 86400}


def _age_s(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})([mhd])", text)
    if found is None:
        raise click.BadParameter(f"{text} is no age: minutes, hours or days such as 90m, 12h or 7d")
    return int(found[1]) * _SECONDS[found[2]]


@click.group(epilog=EPILOG)
def store() -> None:
    """Check, count, purge, export and import what is stored."""


@store.command(epilog=CHECK_EPILOG)
@click.pass_obj
def check(session: Session) -> None:
    """Look at every file of the store, also inside (administrators)."""
    session.run(_check(session))


@store.command(epilog=USAGE_EPILOG)
@click.option("--everybody", is_flag=True, help="All users (administrators).")
@click.pass_obj
def usage(session: Session, everybody: bool) -> None:
    """Show who has how much in the store."""
    session.run(_usage(session, everybody))


@store.command(epilog=PURGE_EPILOG)
@click.option(
    "--older-than",
    "age_s",
    type=_age_s,
    required=True,
    metavar="AGE",
    help="How long nobody used them: 90m, 12h, 7d.",
)
@click.option("--everybody", is_flag=True, help="All users' documents (administrators).")
@click.pass_obj
def purge(session: Session, age_s: int, everybody: bool) -> None:
    """Remove your documents that nobody used for so long."""
    session.run(_purge(session, age_s, everybody))


@store.command("export", epilog=EXPORT_EPILOG)
@click.option("--output", "-o", "target", required=True, metavar="FILE", help="- is stdout.")
@click.option("--everybody", is_flag=True, help="All users' documents (administrators).")
@click.pass_obj
def export_store(session: Session, target: str, everybody: bool) -> None:
    """Write your documents to an archive, a tar file, for import."""
    output.check(target)
    session.run(_export(session, target, everybody))


@store.command("import", epilog=IMPORT_EPILOG)
@click.argument("archive")
@click.option("--as-own", is_flag=True, help="All of it becomes yours, whosever it was.")
@click.option(
    "--everybody", is_flag=True, help="Also other users' documents, which stay theirs "
    "(administrators).",
)  # fmt: skip
@click.pass_obj
def import_store(session: Session, archive: str, as_own: bool, everybody: bool) -> None:
    """Take in an archive; - is stdin. Pages that are there already are left as they are."""
    try:
        file = click.open_file(archive, "rb")
    except OSError as error:
        raise Stop(Exit.USAGE, f"{archive} cannot be read: {error.strerror}") from error
    with file:
        session.run(_import(session, file.fileno(), as_own, everybody))


async def _check(session: Session) -> None:
    async with Remote.on(session.bus) as remote:
        path = await remote.administer("CheckStore")
        flaws = (await finished(remote, path, doing="checking"))["flaws"]
    if session.is_json:
        show.as_json(flaws)
    elif flaws:
        show.table(
            ["FILE", "FLAW", "PAGE"],
            [[flaw["file"], flaw["flaw"], flaw.get("page", "")] for flaw in flaws],
        )
    else:
        click.echo("The store has no flaws.")
    if flaws:
        raise Stop(
            Exit.FAILED,
            "the store has 1 flaw" if len(flaws) == 1 else f"the store has {len(flaws)} flaws",
            advice="/usr/share/doc/sheetfed/documents.md.gz says what to do about each.",
        )


async def _usage(session: Session, everybody: bool) -> None:
    async with Remote.on(session.bus) as remote:
        if everybody:
            await remote.administer("Administer")
        owners = await remote.call("StoreUsage")
    if session.is_json:
        show.as_json(owners)
        return
    show.table(
        ["OWNER", "DOCUMENTS", "PAGES", "SIZE", "LAST USED"],
        [
            [
                show.owner(owner["uid"], owner["origin"]),
                owner["documents"],
                owner["pages"],
                show.size(owner["bytes"]),
                show.when(owner["last_used"]),
            ]
            for owner in owners
        ],
    )


async def _purge(session: Session, age_s: int, everybody: bool) -> None:
    async with Remote.on(session.bus) as remote:
        call = remote.administer if everybody else remote.call
        path = await call("PurgeStore", "ta{sv}", age_s, _asked(everybody=everybody))
        documents = (await finished(remote, path, doing="removing"))["documents"]
    if session.is_json:
        show.as_json({"documents": documents})
    else:
        click.echo(f"Removed {_documents(documents)}.")


async def _export(session: Session, target: str, everybody: bool) -> None:
    async with Remote.on(session.bus) as remote:
        call = remote.administer if everybody else remote.call
        descriptor, path = await call("ExportStore", "a{sv}", _asked(everybody=everybody))
        copying = asyncio.create_task(asyncio.to_thread(_copy, descriptor, target))
        try:
            await finished(remote, path, doing="exporting")
        finally:
            await copying


def _copy(descriptor: int, target: str) -> None:
    with os.fdopen(descriptor, "rb") as pipe:
        output.copy(cast("BinaryIO", Archive(pipe)), target)


async def _import(session: Session, archive: int, as_own: bool, everybody: bool) -> None:
    options = _asked(as_own=as_own, everybody=everybody)
    async with Remote.on(session.bus) as remote:
        call = remote.administer if everybody else remote.call
        path = await call("ImportStore", "ha{sv}", 0, options, files=[archive])
        imported = await finished(remote, path, doing="importing")
    if session.is_json:
        show.as_json(imported)
        return
    click.echo(
        f"Took in {show.pages(imported['pages'])} in {_documents(imported['documents'])};"
        f" {show.pages(imported['known_pages'])} were here already."
    )
    if imported["damaged_pages"]:
        raise Stop(
            Exit.INCOMPLETE,
            f"{show.pages(imported['damaged_pages'])} of the archive cannot be read",
        )


def _asked(**flags: bool) -> dict[str, Variant]:
    return {name: Variant("b", True) for name, is_asked in flags.items() if is_asked}


def _documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number} documents"
