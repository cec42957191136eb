"""Two Debians, booted: each module of checks has machines of its own."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from xdist.remote import Producer

from system import apt, versions
from system.cgroups import own_cgroup
from system.figures import table
from system.inside import inside
from system.journals import complaints
from system.machine import Machine
from system.overlay import changes, overlay
from system.provision import Provision, provision
from system.releases import RELEASES, Release
from system.steps import step
from system.workers import ByRelease

OFTEN = "/etc/systemd/system/sheetfed.service.d/often.conf"

_numbers = itertools.count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByRelease:
    return ByRelease(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Release by release, as the checks stand in their files: each module boots once."""
    items.sort(key=lambda item: (item.callspec.params["release"].number, *item.location[:2]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured."""
    lines = table(terminalreporter.stats.get("passed", []))
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.line(line)


@pytest.fixture(
    scope="session",
    params=[pytest.param(release, id=release.codename) for release in RELEASES],
)
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind() -> None:
    """In place of the other tests' guard: machines outlive a check and may be booted in one."""


@pytest.fixture(autouse=True)
def no_blocking_call() -> None:
    """Nothing of the daemon runs here."""


@pytest.fixture(scope="session")
def provided(release: Release) -> Provision:
    return provision(release, building=False)


@pytest.fixture(scope="session")
def installed(provided: Provision) -> Iterator[tuple[Path, ...]]:
    """The trees of a Debian on which the package was installed, uppermost first."""
    with overlay(provided.runtime) as root:
        install(root, provided.products)
        yield changes(root), provided.runtime


def install(root: Path, products: Path) -> None:
    """The packages of `products`, with apt, into a Debian that is not running."""
    files = [f"/products/{file.name}" for file in sorted(products.glob("*.deb"))]
    inside(root, "apt-get", "-q", "-y", "install", *files, binds=[f"{products}:/products"])


@contextmanager
def booted(
    *trees: Path, release: Release, prepare: Callable[[Machine], None] = lambda _: None
) -> Iterator[Machine]:
    """A machine over the trees; what it changes goes with it."""
    name = f"sheetfed-{release.codename}-{os.getpid()}-{next(_numbers)}"
    with overlay(*trees) as root, own_cgroup(name) as cgroup, ExitStack() as end:
        machine = Machine(root, name=name, cgroup=cgroup)
        end.callback(machine.cut_power)
        prepare(machine)
        machine.boot()
        yield machine


@pytest.fixture(scope="module")
def machine(installed: tuple[Path, ...], release: Release) -> Iterator[Machine]:
    """With the service, the virtual scanner, and people who use it."""
    with booted(*installed, release=release, prepare=furnish) as started:
        yield started


@pytest.fixture
def bare(provided: Provision) -> Iterator[Machine]:
    """A running system without Sheetfed that has the packages in /srv/archive.

    Whatever a check does with them, nobody complains of it in the journal.
    """

    def prepare(machine: Machine) -> None:
        furnish(machine)
        versions.archive(machine.root / "srv/archive", *sorted(provided.products.glob("*.deb")))
        source = "deb [trusted=yes] file:/srv/archive ./\n"
        machine.write("/etc/apt/sources.list", source)

    with booted(provided.runtime, release=provided.release, prepare=prepare) as machine:
        apt.update(machine)
        before = complaints(machine)
        yield machine
        assert [line for line in complaints(machine) if line not in before] == []


def furnish(machine: Machine) -> None:
    """The virtual scanner; alice and bob, who may scan; mallory, who may not."""
    machine.write("/etc/sheetfed/conf.d/virtual.toml", "[scanners]\nvirtual = true\n")
    # A login looks for it, and complains when it is not there.
    machine.write("/etc/default/locale", "")
    # Checks start the service more often than systemd lets a unit be started.
    machine.write(OFTEN, "[Unit]\nStartLimitIntervalSec=0\n")
    for name, group in (("alice", "scanner"), ("bob", "scanner"), ("mallory", "users")):
        step("useradd", "--root", machine.root, "--create-home", "--groups", group, name)
