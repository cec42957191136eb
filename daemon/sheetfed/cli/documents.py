"""Documents: what was scanned and is still kept."""

from typing import Final

import click

from sheetfed.bus.contract import DOCUMENT, ROOT
from sheetfed.cli import output, show
from sheetfed.cli.export import FORMATS, chosen_format, export
from sheetfed.cli.remote import Remote, identity
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl documents
  sheetctl documents export DOCUMENT -o letter.pdf
  sheetctl documents remove DOCUMENT
"""
EXPORT_EPILOG: Final = """\b
Examples:
  sheetctl documents export DOCUMENT -o letter.pdf
  sheetctl documents export DOCUMENT -o page.png     page-001.png and so on
"""
REMOVE_EPILOG: Final = """\b
Example:
  sheetctl documents remove DOCUMENT
"""


@click.group(epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def documents(context: click.Context) -> None:
    """List your stored documents, or export or remove them."""
    if context.invoked_subcommand is None:
        session: Session = context.obj
        session.run(_list(session))


@documents.command("export", epilog=EXPORT_EPILOG)
@click.argument("document")
@click.option("--output", "-o", "target", required=True, metavar="FILE", help="- is stdout.")
@click.option("--format", "asked", type=click.Choice(FORMATS), help="Else by the file's name.")
@click.option("--quality", type=click.IntRange(1, 100), help="Of JPEG, also inside a PDF.")
@click.pass_obj
def export_document(
    session: Session, document: str, target: str, asked: str | None, quality: int | None
) -> None:
    """Write a document to a file; an existing one is replaced."""
    image_type = chosen_format(asked, target)
    output.check(target)
    session.run(_export(session, document, target, image_type, quality))


@documents.command("remove", epilog=REMOVE_EPILOG)
@click.argument("document", nargs=-1, required=True)
@click.pass_obj
def remove_documents(session: Session, document: tuple[str, ...]) -> None:
    """Remove documents with all their pages, for good."""
    session.run(_remove(session, document))


async def _list(session: Session) -> None:
    async with Remote.on(session.bus) as remote:
        found = await remote.managed(DOCUMENT)
    if session.is_json:
        show.as_json([show.thing(path, document) for path, document in found.items()])
        return
    show.table(
        ["DOCUMENT", "MADE", "LAST USED", "PAGES", "SIZE", "OWNER"],
        [
            [
                identity(path),
                show.when(document["Created"]),
                show.when(document["LastUsed"]),
                document["Pages"],
                show.size(document["Bytes"]),
                document["OwnerOrigin"] or f"user {document['OwnerUid']}",
            ]
            for path, document in sorted(found.items(), key=lambda item: item[1]["Created"])
        ],
    )


async def _export(
    session: Session, document: str, target: str, image_type: str, quality: int | None
) -> None:
    path = f"{ROOT}/document/{document}"
    async with Remote.on(session.bus) as remote:
        pages = await remote.get(path, DOCUMENT, "Pages")
        files = await export(
            remote, path, pages, target=target, image_type=image_type, quality=quality
        )
    if session.is_json and target != output.STDOUT:
        show.as_json({"document": identity(path), "pages": pages, "files": files})


async def _remove(session: Session, names: tuple[str, ...]) -> None:
    async with Remote.on(session.bus) as remote:
        for name in names:
            await remote.call("Remove", path=f"{ROOT}/document/{name}", interface=DOCUMENT)
