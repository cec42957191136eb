"""The program that makes this machine's certificates, once; root runs it before the service."""

import argparse
import pwd
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sheetfed.certificates import machine

_FOLDER_MODE: Final = 0o755


def main(words: list[str] | None = None) -> int:
    """0: they are there; 1: they could not be made; 2: wrong arguments."""
    arguments = _parser().parse_args(words)
    folder: Path = arguments.folder
    try:
        owner = pwd.getpwnam(arguments.owner)
    except KeyError:
        return _failed(f"there is no user {arguments.owner} whose certificates they could be")
    now = datetime.now(UTC)
    try:
        if not folder.exists():
            folder.mkdir()
            folder.chmod(_FOLDER_MODE)
        why = "you asked for them" if arguments.renew else machine.why_due(folder, now)
        if not why:
            return 0
        from sheetfed.certificates import making

        account = making.Account(owner.pw_uid, owner.pw_gid)
        made = making.make(folder, owner=account, now=now)
    except OSError as error:
        return _failed(f"{error.filename or folder}: {error.strerror or error}")
    _say(
        f"new certificates for this computer until {made.until.date()}, since {why}: "
        f"{folder / machine.AUTHORITY} is what browsers may trust, {made.authority_fingerprint}"
    )
    return 0


def _failed(reason: str) -> int:
    _say(f"no certificates were made: {reason}")
    return 1


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m sheetfed.certificates",
        description="Makes the certificates with which this computer serves HTTPS on its loopback "
        "addresses: an authority for these addresses alone, which signs ten years of them and "
        "whose key is then forgotten. Where they are already, nothing is done.",
    )
    parser.add_argument(
        "--renew", action="store_true", help="make new ones; browsers have to trust them anew"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("/var/lib/sheetfed-certificates"),
        help="where they are (default: %(default)s)",
    )
    parser.add_argument(
        "--owner",
        default="sheetfed",
        metavar="USER",
        help="whom the keys belong to (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
