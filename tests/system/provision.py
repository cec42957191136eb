"""Provision: everything that the checks of one release begin with."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from system.building import ROOT, build
from system.releases import Release, named
from system.trees import Trees

_TOOLS: Final = ["curl", "libglib2.0-bin", "python3-gi"]
_BUILD_TOOLS: Final = ["build-essential", "lintian"]


@dataclass(frozen=True, slots=True)
class Provision:
    release: Release
    base: Path
    """A bare Debian that can be booted."""
    builder: Path
    """With what the packages are built and checked with."""
    runtime: Path
    """With what apt installs along with the package, and the tools of the checks."""
    tester: Path
    """With what the tests of debian/tests ask for beside that."""
    broker: Path
    """With the other message bus beside the usual one."""
    products: Path
    """The packages, built in `builder`."""


def provision(
    release: Release, *, building: bool, say: Callable[[str], None] = lambda _: None
) -> Provision:
    """The trees are made unless they are there; the packages are built when that is asked for."""
    trees = Trees(release, say=say)
    products = ROOT / "dist" / release.codename
    base = trees.base()
    needed = trees.chosen(base, "build-dep", "/source", binds=[f"{ROOT}:/source"])
    builder = trees.grown("builder", on=base, packages=[*needed, *_BUILD_TOOLS])
    if building:
        say("building the packages, with their tests")
        build(builder, products, environment={})
    files = [f"/products/{file.name}" for file in sorted(products.glob("*.deb"))]
    chosen = trees.chosen(base, "install", *files, binds=[f"{products}:/products"])
    along = [name for name in chosen if not name.startswith("sheetfed")]
    runtime = trees.grown("runtime", on=base, packages=[*along, *_TOOLS])
    tester = trees.grown(
        "tester", on=runtime, packages=["autopkgtest", "dpkg-dev", *_asked_by_tests()]
    )
    broker = trees.grown("broker", on=runtime, packages=["dbus-broker"])
    return Provision(
        release,
        base=base,
        builder=builder,
        runtime=runtime,
        tester=tester,
        broker=broker,
        products=products,
    )


def _asked_by_tests() -> list[str]:
    """What debian/tests/control names beside the package itself."""
    control = (ROOT / "debian" / "tests" / "control").read_text()
    named = set()
    for test in control.split("\n\n"):
        depends = test.partition("Depends:")[2].partition("Restrictions:")[0]
        named |= {name.strip() for name in depends.split(",")} - {"@", ""}
    return sorted(named)


def main() -> None:
    release = named(sys.argv[1])
    provision(release, building=True, say=lambda text: print(f"== {release}: {text}", flush=True))


if __name__ == "__main__":
    main()
