"""The command `sheetfed`: arguments and configuration in, an exit code out."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

from sheetfed import __version__, config
from sheetfed.app import NO_BUS, App
from sheetfed.bus.contract import ContractMissing
from sheetfed.bus.door import NameRefused
from sheetfed.certificates.errors import CertificateRefused
from sheetfed.config import DEFAULT_PATH, ConfigError
from sheetfed.core.errors import ScanError
from sheetfed.host import journal
from sheetfed.sealed.keys import KeyRefused

log = logging.getLogger("sheetfed")


def main() -> int:
    """Run the daemon. 0: stopped when told to; 1: could not start; 78: bad configuration, key or
    certificate."""
    arguments = _parser().parse_args()
    try:
        settings = config.load(arguments.config)
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201
        return os.EX_CONFIG
    if arguments.check_config:
        return _check(settings)
    journal.configure(settings.log.level)
    os.umask(0o077)
    try:
        asyncio.run(_run(settings, arguments.config, arguments.bus))
    except (KeyRefused, CertificateRefused) as error:
        log.error("cannot start: %s", error)
        return os.EX_CONFIG
    except (OSError, ScanError, NameRefused, ContractMissing) as error:
        log.error("cannot start: %s", _reason(error))
        return 1
    finally:
        journal.close()
    return os.EX_OK


def _check(settings: config.Config) -> int:
    """What is configured, and whether the files that it names can be used."""
    https = settings.https
    if https.listen and https.certificate is not None and https.key is not None:
        from sheetfed.certificates import own

        try:
            own.read(https.certificate, https.key)
        except CertificateRefused as error:
            print(error, file=sys.stderr)  # noqa: T201
            if not isinstance(error.__cause__, PermissionError):
                return os.EX_CONFIG
    print(config.describe(settings), end="")  # noqa: T201
    return os.EX_OK


async def _run(settings: config.Config, path: Path, bus: str) -> None:
    await App(settings, path=path, bus=bus).run()


def _reason(error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sheetfed",
        description="Lets web pages and desktop programs use this machine's document scanners.",
        epilog="Usually started by systemd: systemctl start sheetfed. See sheetfed(8).",
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_PATH,
        metavar="FILE",
        help="configuration, with its sibling conf.d/*.toml (default: %(default)s)",
    )
    parser.add_argument(
        "--check-config",
        action="store_true",
        help="print every problem of the configuration and exit 78, "
        "or print the effective configuration and exit 0",
    )
    parser.add_argument(
        "--bus",
        default="system",
        metavar="BUS",
        help=f"system, session, a D-Bus address, or {NO_BUS} (default: %(default)s)",
    )
    parser.add_argument("--version", action="version", version=f"sheetfed {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
