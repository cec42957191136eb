"""The command `sheetfed`: arguments and configuration in, an exit code out."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from sheetfed import __version__, config, garbage
from sheetfed.config import DEFAULT_PATH, ConfigError

_NO_BUS: Final = "none"


def main() -> int:
    """Run the daemon. 0: stopped when told to; 1: could not start; 78: bad configuration, key or
    certificate."""
    arguments = _parser().parse_args()
    try:
        settings = config.load(arguments.config)
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201
        if not arguments.check_config:
            from sheetfed.host import notify

            notify.last_words(f"Cannot start: {'; '.join(map(str, error.problems))}")
        return os.EX_CONFIG
    if arguments.check_config:
        return _check(settings)
    garbage.hold_off()
    from sheetfed.serving import serve

    bus = None if arguments.bus == _NO_BUS else arguments.bus
    return serve(settings, path=arguments.config, bus=bus)


def _check(settings: config.Config) -> int:
    """What is configured, and whether the files that it names can be used."""
    from sheetfed import checking

    found = list(checking.findings(settings))
    for finding in found:
        print(finding.text, file=sys.stderr)  # noqa: T201
    if any(finding.is_fatal for finding in found):
        return os.EX_CONFIG
    print(config.describe(settings), end="")  # noqa: T201
    return os.EX_OK


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
        help=f"system, session, a D-Bus address, or {_NO_BUS} (default: %(default)s)",
    )
    parser.add_argument("--version", action="version", version=f"sheetfed {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
