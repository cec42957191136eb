"""Debian's own way to test a package: debian/tests, run by autopkgtest on a booted system."""

import pytest

from system.building import unpack_source
from system.conftest import booted
from system.machine import Machine
from system.provision import Provision

DEADLINE_S = 400
COMMAND = (
    "autopkgtest --no-built-binaries --ignore-restrictions=isolation-container"
    " /srv/products/*.deb /srv/source -- null"
)


@pytest.mark.timeout(DEADLINE_S + 60)
def test_the_tests_of_the_package_pass(provided: Provision) -> None:
    def prepare(machine: Machine) -> None:
        unpack_source(machine.root / "srv" / "source")
        (machine.root / "srv" / "products").mkdir()
        for file in provided.products.glob("*.deb"):
            (machine.root / "srv" / "products" / file.name).write_bytes(file.read_bytes())

    with booted(provided.tester, release=provided.release, prepare=prepare) as machine:
        done = machine.run("sh", "-c", COMMAND, check=False, deadline_s=DEADLINE_S)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-20_000:]
