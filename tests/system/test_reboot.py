"""A reboot: documents outlive it, and the service is back with the system."""

from system.machine import Machine
from system.website import FEEDER, Website


def test_a_document_outlives_a_reboot(machine: Machine) -> None:
    website = Website(machine)
    website.result("AcquireImage", {**FEEDER, "pages": 3})
    before = website.pictures()
    machine.shut_down()
    machine.boot()
    assert website.pictures() == before


def test_a_document_outlives_a_cut_of_the_power(machine: Machine) -> None:
    website = Website(machine)
    before = website.pictures()
    machine.cut_power()
    machine.boot()
    assert website.pictures() == before
    assert "repaired" not in machine.journal()
