"""Scan: paper in, a file out."""

from dataclasses import dataclass
from typing import Any, Final

import click

from sheetfed.bus.contract import DOCUMENT
from sheetfed.cli import complete, output, show
from sheetfed.cli import settings as words
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.export import FORMATS, chosen_format, export, options
from sheetfed.cli.follow import follow
from sheetfed.cli.interrupts import interrupts
from sheetfed.cli.pause import decider
from sheetfed.cli.progress import ScanBar
from sheetfed.cli.remote import Remote, identity
from sheetfed.cli.session import Session

TOUCH_UPS: Final = ("discard_blank", "deskew", "auto_crop")
SOURCES: Final = ("flatbed", "feeder", "feeder-duplex")
MODES: Final = ("color", "gray", "bw")

EPILOG: Final = """\b
Examples:
  sheetctl scan -o letter.pdf
  sheetctl scan -o stack.pdf --paper-source feeder --resolution 300
  sheetctl scan -o page.png --page-size A5 --mode gray
  sheetctl scan -o - --format pdf | lp
  sheetctl scan -o stack.pdf --append DOCUMENT
  sheetctl scan --paper-source feeder --discard-blank

A jam or an open cover pauses the scan: on a terminal you are asked what to do, else the pages
read so far are written. Ctrl-C cancels; what was read is kept by the service.
"""

_OF_REASONS: Final = {"invalid-parameter": Exit.USAGE, "scanner-busy": Exit.BUSY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be scanned and where it goes."""

    device: str
    settings: words.Settings
    target: str | None
    image_type: str
    quality: int | None
    is_kept: bool
    is_appended: bool
    is_quiet: bool


@click.command(epilog=EPILOG)
@click.option(
    "--output", "-o", "target", metavar="FILE",
    help="Where to; - is standard output. An existing file is replaced once the scan is whole. "
    "Several pages become FILE-001 and so on, but in a pdf or tiff. Without it the pages stay in a "
    "document, whose id is printed.",
)  # fmt: skip
@click.option(
    "--device", "-d", default="", shell_complete=complete.scanners,
    help="A scanner's id or name; else the last one used.",
)  # fmt: skip
@click.option("--paper-source", type=click.Choice(SOURCES), help="Else flatbed where there is one.")
@click.option("--mode", type=click.Choice(MODES), help="Else as configured, usually color.")
@click.option(
    "--resolution", type=click.IntRange(min=1), metavar="DPI",
    help="Else as configured, usually 200.",
)  # fmt: skip
@click.option("--depth", type=click.Choice(("8", "16")), help="Bits a sample.")
@click.option("--area", metavar="LEFT,TOP,WIDTH,HEIGHT", help="A part of the glass, in mm.")
@click.option("--page-size", metavar="NAME", help="A4, A5, Letter, Legal … instead of --area.")
@click.option("--pages", type=click.IntRange(min=1), help="At most so many; else all there are.")
@click.option("--brightness", type=click.IntRange(-100, 100), help="Else the driver's.")
@click.option("--contrast", type=click.IntRange(-100, 100), help="Else the driver's.")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE",
    help="A SANE option, as `sheetctl options` shows it. A list is 1,2,3; automatic lets the "
    "driver choose; a text that looks like something else is put in double quotes.",
)  # fmt: skip
@click.option(
    "--append", "document", metavar="DOCUMENT", shell_complete=complete.documents,
    help="Add the pages to this document of yours; the file gets all of its pages.",
)  # fmt: skip
@click.option("--queue", is_flag=True, help="Wait for a busy scanner.")
@click.option(
    "--wait-for-paper", "wait_for_paper_s", type=click.FloatRange(min=0), metavar="SECONDS",
    help="Wait so long for paper in the feeder.",
)  # fmt: skip
@click.option("--format", "asked", type=click.Choice(FORMATS), help="Else by the file's name.")
@click.option("--discard-blank", is_flag=True, help="Leave out blank pages.")
@click.option("--deskew", is_flag=True, help="Set crooked pages upright.")
@click.option("--auto-crop", is_flag=True, help="Cut off the scanner's lid around the sheet.")
@click.option("--quality", type=click.IntRange(1, 100), help="Of JPEG and WebP, also inside a PDF.")
@click.option("--no-keep", is_flag=True, help="Remove the document from the service's store after.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no closing line.")
@click.pass_obj
def scan(session: Session, /, target: str | None, device: str, **rest: Any) -> None:
    """Scan to a file, or into a document of the service's store."""
    area, depth = rest["area"], rest["depth"]
    wishes = words.Wishes(
        paper_source=rest["paper_source"],
        mode=rest["mode"],
        resolution=rest["resolution"],
        depth=None if depth is None else int(depth),
        area=None if area is None else words.area(area),
        page_size=rest["page_size"],
        pages=rest["pages"],
        brightness=rest["brightness"],
        contrast=rest["contrast"],
        document=rest["document"],
        options=[words.option(text) for text in rest["options"]],
        queue=rest["queue"],
        wait_for_paper_s=rest["wait_for_paper_s"],
        touch_ups=[name for name in TOUCH_UPS if rest[name]],
    )
    if wishes.area is not None and wishes.page_size is not None:
        raise click.UsageError("--area and --page-size exclude each other")
    if target is None and (rest["asked"] or rest["quality"] or rest["no_keep"]):
        raise click.UsageError("--format, --quality and --no-keep are for a file: --output")
    order = Order(
        device=device,
        settings=wishes.settings(),
        target=target,
        image_type=chosen_format(rest["asked"], target or ""),
        quality=rest["quality"],
        is_kept=not rest["no_keep"],
        is_appended=rest["document"] is not None,
        is_quiet=rest["quiet"],
    )
    if target is not None:
        output.check(target)
    session.run(_scan(session, order))


async def _scan(session: Session, order: Order) -> None:
    async with Remote.on(session.bus) as remote:
        with interrupts() as canceled:
            path = await remote.call("StartScan", "sa{sv}", order.device, order.settings)
            with ScanBar(is_shown=not order.is_quiet) as bar:
                decide = decider(bar, canceled)
                stopped_early: list[str] = []

                def changed(job: dict[str, Any]) -> None:
                    bar.tell(
                        state=job["State"],
                        pages=job["Pages"],
                        percent=job["Progress"],
                        position=job["Position"],
                    )

                async def paused(job: dict[str, Any]) -> str:
                    answer = await decide(job)
                    if answer == "Finish":
                        stopped_early.append(job["Message"])
                    return answer

                job = await follow(remote, path, canceled=canceled, changed=changed, paused=paused)
        files = await _deliver(remote, job, order)
    reason = job["Message"] if job["State"] == "failed" else "".join(stopped_early)
    _report(session, order, job, files, reason)
    if job["State"] == "failed":
        code = _OF_REASONS.get(job["Reason"], Exit.SCAN_FAILED)
        raise Stop(code, f"the scan failed: {reason}")
    if stopped_early:
        raise Stop(Exit.INCOMPLETE, f"the scan stopped early: {reason}")


async def _deliver(remote: Remote, job: dict[str, Any], order: Order) -> list[str]:
    """Write what there is. Raises Stop when the scan was canceled or nothing is there."""
    document, pages = job["Document"], job["Pages"]
    if pages and order.is_appended:
        pages = await remote.get(document, DOCUMENT, "Pages")
    if job["State"] == "canceled":
        kept = (
            f"{show.pages(pages)} kept: `sheetctl documents export {identity(document)} -o FILE`"
            if pages
            else "nothing was scanned"
        )
        raise Stop(Exit.CANCELED, f"canceled; {kept}")
    if not pages or order.target is None:
        return []
    files = await export(
        remote,
        document,
        pages,
        target=order.target,
        image_type=order.image_type,
        options=options(quality=order.quality),
    )
    if not order.is_kept:
        await remote.call("Remove", path=document, interface=DOCUMENT)
    return files


def _report(
    session: Session, order: Order, job: dict[str, Any], files: list[str], reason: str
) -> None:
    if session.is_json and order.target != output.STDOUT:
        show.as_json(
            {
                "state": job["State"],
                "reason": job["Reason"],
                "message": reason,
                "pages": job["Pages"],
                "document": identity(job["Document"]),
                "files": files,
                "snapped": job["Snapped"],
                "ignored": job["Ignored"],
            }
        )
        return
    for setting, asked, actual in job["Snapped"]:
        wanted, used = show.value(asked), show.value(actual)
        click.echo(f"{setting}: {wanted} is not possible, {used} was used", err=True)
    for word in job["Ignored"]:
        click.echo(f"{word}: this scanner has no such setting", err=True)
    if files and not order.is_quiet:
        where = files[0] if len(files) == 1 else f"{files[0]} to {files[-1]}"
        where = "on standard output" if where == output.STDOUT else f"in {where}"
        new = "more " * order.is_appended
        click.echo(f"{show.pages(job['Pages'], new)} {where}", err=True)
    if order.target is None and job["Pages"]:
        if not order.is_quiet:
            new = "more " * order.is_appended
            click.echo(f"{show.pages(job['Pages'], new)} in the document", err=True)
        click.echo(identity(job["Document"]))
