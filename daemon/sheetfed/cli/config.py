"""Config: whether the configuration is right, before the service is asked to read it."""

import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Final, TypedDict

import click

from sheetfed.cli import show
from sheetfed.cli.exits import Exit, Stop
from sheetfed.cli.machine import SERVICE_USER
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Example:
  sheetctl config check
"""
CHECK_EPILOG: Final = """\b
Examples:
  sheetctl config check
  sheetctl config check --config ./sheetfed.toml
"""
DEFAULT: Final = Path("/etc/sheetfed/sheetfed.toml")
_DEADLINE_S: Final = 60.0


class _Eyes(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@click.group(epilog=EPILOG)
def config() -> None:
    """Look at the configuration."""


@config.command(epilog=CHECK_EPILOG, short_help="List everything that is wrong with it.")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    default=DEFAULT,
    show_default=True,
    metavar="FILE",
    help="This file, with its sibling conf.d/*.toml.",
)
@click.pass_obj
def check(session: Session, file: Path) -> None:
    """List everything that is wrong with the configuration; the service need not run."""
    answer = subprocess.run(
        [sys.executable, "-m", "sheetfed", "--check-config", "--config", file],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
        check=False,
        **_eyes_of_the_service(file),
    )
    said = answer.stderr.splitlines()
    is_right = answer.returncode == 0
    if session.is_json:
        show.as_json({"file": str(file), "right": is_right, "messages": said})
    elif is_right:
        click.echo(f"{file} is right.")
    if not session.is_json:
        for line in said:
            click.echo(show.cleaned(line), err=True)
    if not is_right:
        raise Stop(Exit.FAILED, f"{file} cannot be used")


def _eyes_of_the_service(file: Path) -> _Eyes:
    """As whom to read it: root may read what the service may not, and would see nothing wrong."""
    if os.geteuid() != 0 or file != DEFAULT:
        return {}
    try:
        user = pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return {}
    groups = os.getgrouplist(SERVICE_USER, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": groups}
