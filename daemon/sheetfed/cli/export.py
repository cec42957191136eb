"""Export: a document's pages into files."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from dbus_next.signature import Variant

from sheetfed.bus.contract import DOCUMENT
from sheetfed.cli import output
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.remote import LONG_CALL_DEADLINE_S, Remote, identity

Options = dict[str, Variant]
"""The words of Document.Export."""

FORMATS: Final = ("pdf", "tiff", "jpeg", "png", "bmp", "webp")
_OF_MANY_PAGES: Final = ("pdf", "tiff")
_BY_SUFFIX: Final = {
    ".pdf": "pdf",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".bmp": "bmp",
    ".webp": "webp",
}


def chosen_format(asked: str | None, target: str) -> str:
    """What was asked for, else what the file's name says, else PDF. Raises UsageError."""
    if asked is not None:
        return asked
    suffix = Path(target).suffix.lower()
    if target == output.STDOUT or not suffix:
        return "pdf"
    if suffix not in _BY_SUFFIX:
        raise click.UsageError(
            f"what format is {suffix}? Known are {', '.join(_BY_SUFFIX)}; or say it with --format"
        )
    return _BY_SUFFIX[suffix]


def options(
    *,
    quality: int | None = None,
    languages: Sequence[str] = (),
    is_archive: bool = False,
    **texts: str | None,
) -> Options:
    """Of what is asked for; what is left out is as usual."""
    found = {name: Variant("s", text) for name, text in texts.items() if text}
    if quality is not None:
        found["quality"] = Variant("u", quality)
    if languages:
        found["languages"] = Variant("as", list(languages))
    if is_archive:
        found["archive"] = Variant("b", True)
    return found


async def export(
    remote: Remote, path: str, pages: int, *, target: str, image_type: str, options: Options
) -> list[str]:
    """Write a document of so many pages; returns the files. Raises Stop."""
    if image_type in _OF_MANY_PAGES:
        await _write(remote, path, image_type, options, target)
        return [target]
    if target == output.STDOUT and pages != 1:
        raise Stop(
            Exit.OUTPUT,
            f"standard output takes one {image_type}, and there are {pages} pages. They are kept: "
            f"`sheetctl documents export {identity(path)} -o page.{image_type}`",
        )
    written = []
    for index in range(pages):
        file = output.numbered(target, index + 1, pages)
        one = {**options, "pages": Variant("au", [index])}
        await _write(remote, path, image_type, one, file)
        written.append(file)
    return written


async def _write(remote: Remote, path: str, image_type: str, options: Options, target: str) -> None:
    descriptor = await remote.call(
        "Export",
        "sa{sv}",
        image_type,
        options,
        path=path,
        interface=DOCUMENT,
        timeout_s=LONG_CALL_DEADLINE_S,
    )
    try:
        await asyncio.to_thread(output.write, descriptor, target)
    except output.Nothing as error:
        raise Stop(
            Exit.FAILED,
            "the file could not be made; the pages are kept",
            advice="The journal of the service says why: journalctl -u sheetfed",
        ) from error
