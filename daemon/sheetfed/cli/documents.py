"""Documents: what was scanned and is still kept."""

import sys
from typing import Any, Final

import click

from sheetfed.bus.contract import DOCUMENT, ROOT
from sheetfed.cli import complete, output, show
from sheetfed.cli.export import FORMATS, Options, chosen_format, export, options
from sheetfed.cli.remote import Remote, identity
from sheetfed.cli.session import Session

COMPRESSIONS: Final = ("auto", "none", "lzw", "deflate", "group4", "jpeg")

EPILOG: Final = """\b
Examples:
  sheetctl documents
  sheetctl documents show DOCUMENT
  sheetctl documents export DOCUMENT -o letter.pdf
  sudo sheetctl documents --everybody
  sheetctl documents remove DOCUMENT
"""
SHOW_EPILOG: Final = """\b
Example:
  sheetctl documents show DOCUMENT
"""
EXPORT_EPILOG: Final = """\b
Examples:
  sheetctl documents export DOCUMENT -o letter.pdf
  sheetctl documents export DOCUMENT -o page.png     page-001.png and so on
  sheetctl documents export DOCUMENT -o letter.pdf --text eng --archive
"""
REMOVE_EPILOG: Final = """\b
Example:
  sheetctl documents remove DOCUMENT
"""


@click.group(epilog=EPILOG, invoke_without_command=True)
@click.option("--everybody", is_flag=True, help="All users' documents (administrators).")
@click.pass_context
def documents(context: click.Context, everybody: bool) -> None:
    """List your stored documents, or show, export or remove them."""
    if context.invoked_subcommand is None:
        session: Session = context.obj
        session.run(_list(session, everybody))


@documents.command("show", epilog=SHOW_EPILOG)
@click.argument("document", shell_complete=complete.documents)
@click.pass_obj
def show_document(session: Session, document: str) -> None:
    """Show a document and what its pages are like."""
    session.run(_show(session, document))


@documents.command("export", epilog=EXPORT_EPILOG)
@click.argument("document", shell_complete=complete.documents)
@click.option("--output", "-o", "target", required=True, metavar="FILE", help="- is stdout.")
@click.option("--format", "asked", type=click.Choice(FORMATS), help="Else by the file's name.")
@click.option("--quality", type=click.IntRange(1, 100), help="Of JPEG and WebP, also inside a PDF.")
@click.option(
    "--compression", type=click.Choice(COMPRESSIONS),
    help="Of a pdf or tiff; auto loses nothing that is seen.",
)  # fmt: skip
@click.option("--page-size", metavar="NAME", help="Fit the pages on A4, Letter …")
@click.option("--title", help="Of a pdf.")
@click.option("--author", help="Of a pdf.")
@click.option(
    "--text", "languages", multiple=True, metavar="LANGUAGE",
    help="Make a pdf's text searchable: eng, deu …, as tesseract has them. May be repeated.",
)  # fmt: skip
@click.option("--archive", "is_archive", is_flag=True, help="A pdf for archives: PDF/A-2b.")
@click.option(
    "--encrypt", is_flag=True,
    help="A pdf that takes a password, which is asked for, or read from standard input.",
)  # fmt: skip
@click.pass_obj
def export_document(
    session: Session, /, document: str, target: str, asked: str | None, encrypt: bool, **how: Any
) -> None:
    """Write a document to a file; an existing one is replaced."""
    image_type = chosen_format(asked, target)
    output.check(target)
    password = _password() if encrypt else None
    session.run(_export(session, document, target, image_type, options(password=password, **how)))


@documents.command("remove", epilog=REMOVE_EPILOG)
@click.argument("document", nargs=-1, required=True, shell_complete=complete.documents)
@click.pass_obj
def remove_documents(session: Session, document: tuple[str, ...]) -> None:
    """Remove documents with all their pages, for good."""
    session.run(_remove(session, document))


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")


async def _list(session: Session, everybody: bool) -> None:
    async with Remote.on(session.bus) as remote:
        if everybody:
            await remote.administer("Administer")
        found = await remote.managed(DOCUMENT)
    if session.is_json:
        show.as_json([show.thing(path, document) for path, document in found.items()])
        return
    show.table(
        ["DOCUMENT", "MADE", "LAST USED", "PAGES", "SIZE", "OWNER", "NAME"],
        [
            [
                identity(path),
                show.when(document["Created"]),
                show.when(document["LastUsed"]),
                document["Pages"],
                show.size(document["Bytes"]),
                show.owner(document["OwnerUid"], document["OwnerOrigin"]),
                document["Name"],
            ]
            for path, document in sorted(found.items(), key=lambda item: item[1]["Created"])
        ],
    )


async def _show(session: Session, document: str) -> None:
    path = f"{ROOT}/document/{document}"
    async with Remote.on(session.bus) as remote:
        found = await remote.get_all(path, DOCUMENT)
        pages = [
            await remote.call("GetPageInfo", "u", index, path=path, interface=DOCUMENT)
            for index in range(found["Pages"])
        ]
    if session.is_json:
        show.as_json({**show.thing(path, found), "pages": pages})
        return
    show.facts(
        [
            ("document", identity(path)),
            ("name", found["Name"]),
            ("owner", show.owner(found["OwnerUid"], found["OwnerOrigin"])),
            ("made", show.when(found["Created"])),
            ("last used", show.when(found["LastUsed"])),
            ("size", show.size(found["Bytes"])),
        ]
    )
    click.echo()
    show.table(
        ["PAGE", "PIXELS", "DPI", "COLOURS", "SIZE", "EDITS"],
        [
            [
                number,
                f"{page['width']} x {page['height']}",
                f"{page['x_dpi']:g}",
                f"{page['mode']}, {page['depth']} bits",
                show.size(page["bytes"]),
                ", ".join(page["edits"]),
            ]
            for number, page in enumerate(pages, 1)
        ],
    )


async def _export(
    session: Session, document: str, target: str, image_type: str, how: Options
) -> None:
    path = f"{ROOT}/document/{document}"
    async with Remote.on(session.bus) as remote:
        pages = await remote.get(path, DOCUMENT, "Pages")
        files = await export(remote, path, pages, target=target, image_type=image_type, options=how)
    if session.is_json and target != output.STDOUT:
        show.as_json({"document": identity(path), "pages": pages, "files": files})


async def _remove(session: Session, names: tuple[str, ...]) -> None:
    async with Remote.on(session.bus) as remote:
        for name in names:
            await remote.call("Remove", path=f"{ROOT}/document/{name}", interface=DOCUMENT)
