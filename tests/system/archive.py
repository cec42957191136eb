"""Archive: where this machine's apt gets Debian from, and how; the trees get it the same way."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from system.releases import Release

KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
_CERTIFICATES_INSIDE: Final = "/run/archive.crt"
_SETTINGS: Final = ("Acquire::http::", "Acquire::https::", "Acquire::Check-", "Acquire::Retries")
_PROXIES: Final = ("http_proxy", "https_proxy", "no_proxy")


class NoArchive(Exception):
    """apt on this machine knows no archive of Debian's."""


@dataclass(frozen=True, slots=True)
class Suite:
    site: str
    suffix: str
    """What follows the release's codename: nothing, -updates or -security."""


def suites() -> list[Suite]:
    """Those that apt on this machine is configured with, its own release's own archive first."""
    form = "$(ORIGIN)\t$(CODENAME)\t$(SITE)"
    told = _asked("apt-get", "indextargets", "--format", form, "Created-By: Packages")
    found = {}
    for line in told.splitlines():
        origin, codename, site = line.split("\t")
        if origin == "Debian":
            _, dash, rest = codename.partition("-")
            found[Suite(site, dash + rest)] = None
    ordered = sorted(found, key=lambda suite: suite.suffix)
    if not ordered or ordered[0].suffix:
        raise NoArchive("apt on this machine has no archive of Debian's to make the systems from")
    return ordered


def sources(release: Release) -> str:
    """The sources.list of a tree."""
    return "".join(
        f"deb {suite.site} {release.codename}{suite.suffix} main\n" for suite in suites()
    )


def settings() -> str:
    """The apt.conf of a tree, for while it is made: proxies and checks as on this machine."""
    lines = [
        line for line in _asked("apt-config", "dump").splitlines() if line.startswith(_SETTINGS)
    ]
    lines = [line for line in lines if "::CaInfo" not in line and not line.endswith(' "";')]
    if _CERTIFICATES.exists():
        lines.append(f'Acquire::https::CaInfo "{_CERTIFICATES_INSIDE}";')
    lines += ['Acquire::Languages "none";', 'APT::Sandbox::User "root";']
    return "".join(f"{line}\n" for line in lines)


def passage() -> list[str]:
    """What systemd-nspawn is told so that apt inside reaches what apt outside reaches."""
    words = ["--resolv-conf=bind-host", "--bind-ro=/etc/hosts"]
    if _CERTIFICATES.exists():
        words.append(f"--bind-ro={_CERTIFICATES}:{_CERTIFICATES_INSIDE}")
    words += [f"--setenv={name}={os.environ[name]}" for name in _PROXIES if name in os.environ]
    return words


def _asked(*command: str) -> str:
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return answer.stdout
