"""Trees: each release's file systems, made once and kept outside the checkout.

`base` is what debootstrap makes, with systemd. `runtime` has what the package depends on and
recommends, as apt chooses it, and the tools of the checks; `builder` has what it is built with.
The others are told of in Provision.
"""

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from system import archive
from system.inside import inside
from system.overlay import overlay
from system.releases import Release
from system.steps import step

FOLDER: Final = Path("/var/cache/sheetfed-dev")
KEPT_FOR_S: Final = 21 * 24 * 3600
_BASE: Final = ("systemd", "systemd-sysv", "dbus", "libpam-systemd", "ca-certificates")


class Trees:
    """Of one release. Only one process at a time has them made; the others wait."""

    def __init__(self, release: Release, *, say: Callable[[str], None]) -> None:
        self._release = release
        self._say = say

    def base(self) -> Path:
        packages = ",".join(_BASE)
        sources = archive.sources(self._release)

        def make(tree: Path) -> None:
            self._say("debootstrap")
            step(
                "debootstrap",
                "--variant=minbase",
                f"--include={packages}",
                f"--keyring={archive.KEYRING}",
                self._release.codename,
                tree,
                archive.suites()[0].site,
            )
            (tree / "etc/apt/sources.list").write_text(sources)
            (tree / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
            with _networked(tree):
                inside(tree, "apt-get", "-q", "update", network=True)
                inside(tree, "apt-get", "-q", "-y", "dist-upgrade", network=True)
                inside(tree, "apt-get", "clean")

        return self._kept("base", recipe=packages + sources, make=make)

    def grown(self, purpose: str, *, on: Path, packages: list[str]) -> Path:
        """The tree `on` with these packages and what they depend on, but nothing recommended."""

        def make(tree: Path) -> None:
            self._say(f"installing what it takes: {purpose}")
            step("cp", "-a", "--reflink=auto", on, tree)
            with _networked(tree):
                inside(tree, "apt-get", "-q", "update", network=True)
                install = ("apt-get", "-q", "-y", "--no-install-recommends", "install")
                inside(tree, *install, *packages, network=True)
                inside(tree, "apt-get", "clean")

        return self._kept(purpose, recipe=f"{on.name} {' '.join(packages)}", make=make)

    def chosen(self, base: Path, *wish: str, binds: Sequence[str] = ()) -> list[str]:
        """What apt would install on the base for the wish: install FILE, build-dep FOLDER."""
        with overlay(base) as root:
            told = inside(root, "apt-get", "-q", "--simulate", *wish, binds=binds)
        return sorted(re.findall(r"^Inst (\S+)", told, re.MULTILINE))

    def _kept(self, purpose: str, *, recipe: str, make: Callable[[Path], None]) -> Path:
        digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
        tree = FOLDER / f"{self._release.codename}-{purpose}-{digest}"
        FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        with _alone(FOLDER / f"{self._release.codename}.lock"):
            if tree.exists() and time.time() - tree.stat().st_mtime < KEPT_FOR_S:
                return tree
            for old in FOLDER.glob(f"{self._release.codename}-{purpose}-*"):
                shutil.rmtree(old)
            partial = tree.with_name(f"{tree.name}.partial")
            make(partial)
            os.utime(partial)
            partial.rename(tree)
        return tree


@contextmanager
def _networked(tree: Path) -> Iterator[None]:
    """While apt in it may use the network; nothing that is installed is started."""
    settings, policy = tree / "etc/apt/apt.conf.d/00machine", tree / "usr/sbin/policy-rc.d"
    settings.write_text(archive.settings())
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    yield
    settings.unlink()
    policy.unlink()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
