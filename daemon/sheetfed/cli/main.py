"""Main: the command `sheetctl`, which is all its subcommands."""

from typing import Final

import click

from sheetfed import __version__
from sheetfed.cli.config import config
from sheetfed.cli.devices import devices
from sheetfed.cli.doctor import doctor
from sheetfed.cli.documents import documents
from sheetfed.cli.jobs import jobs
from sheetfed.cli.options import options
from sheetfed.cli.origins import origins
from sheetfed.cli.report import report
from sheetfed.cli.scan import scan
from sheetfed.cli.service import log_level, reload
from sheetfed.cli.session import Session
from sheetfed.cli.status import status
from sheetfed.cli.store import store
from sheetfed.cli.tls import tls

EPILOG: Final = """\b
Examples:
  sheetctl status
  sheetctl devices --verbose
  sheetctl scan -o letter.pdf --paper-source feeder --resolution 300
  sheetctl --json documents
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--bus",
    default="system",
    show_default=True,
    envvar="SHEETCTL_BUS",
    show_envvar=True,
    metavar="system|session|ADDRESS",
    help="The message bus on which the service is.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")
@click.version_option(__version__, message="sheetctl %(version)s")
@click.pass_context
def main(context: click.Context, bus: str, is_json: bool) -> None:
    """Use the document scanners of this machine through the Sheetfed service."""
    context.obj = Session(bus, is_json)


for command in (
    status,
    devices,
    options,
    scan,
    jobs,
    documents,
    origins,
    store,
    tls,
    config,
    doctor,
    report,
    log_level,
    reload,
):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="sheetctl")
