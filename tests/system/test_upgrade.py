"""Upgrades on a running system: configuration and documents are kept, the first version's too."""

from pathlib import Path

from system import apt, first, versions
from system.machine import Machine
from system.provision import Provision
from system.website import FEEDER, Website

VERSION = "http://127.0.0.1:18622/fa/VersionInfo"
SETTING = "[store]\nmax_pages = 77\n"


def _install_old(
    machine: Machine, provided: Provision, folder: Path, *, configuration: str
) -> None:
    """This version as version 0.0.9, with another sheetfed.toml."""
    (package,) = provided.products.glob("sheetfed_*_all.deb")
    old = versions.reversioned(package, "0.0.9", folder, configuration=configuration)
    (machine.root / "srv" / old.name).write_bytes(old.read_bytes())
    apt.install(machine, f"/srv/{old.name}")


def test_an_upgrade_keeps_configuration_and_documents(
    bare: Machine, provided: Provision, tmp_path: Path
) -> None:
    _install_old(bare, provided, tmp_path, configuration="# of version 0.0.9\n")
    bare.write("/etc/sheetfed/conf.d/own.toml", SETTING)
    bare.run("systemctl", "reload", "sheetfed")
    website = Website(bare)
    website.result("AcquireImage", FEEDER)
    before = website.pictures()
    pid = bare.run("systemctl", "show", "--value", "--property=MainPID", "sheetfed").stdout
    apt.upgrade(bare)
    version = bare.run("dpkg-query", "--show", "--showformat=${Version}", "sheetfed").stdout
    assert version != "0.0.9"
    assert bare.run("systemctl", "is-active", "sheetfed").stdout == "active\n"
    assert bare.run("systemctl", "show", "--value", "--property=MainPID", "sheetfed").stdout != pid
    assert website.pictures() == before
    assert bare.run("cat", "/etc/sheetfed/conf.d/own.toml").stdout == SETTING
    assert "of version 0.0.9" not in bare.run("cat", "/etc/sheetfed/sheetfed.toml").stdout


def test_an_upgrade_does_not_touch_a_configuration_that_was_changed(
    bare: Machine, provided: Provision, tmp_path: Path
) -> None:
    _install_old(bare, provided, tmp_path, configuration="# of version 0.0.9\n")
    bare.write("/etc/sheetfed/sheetfed.toml", SETTING)
    apt.upgrade(bare)
    assert bare.run("cat", "/etc/sheetfed/sheetfed.toml").stdout == SETTING
    assert bare.run("systemctl", "is-active", "sheetfed").stdout == "active\n"


def test_what_the_first_version_left_is_kept_and_worked_on(
    bare: Machine, provided: Provision, tmp_path: Path
) -> None:
    _install_old(bare, provided, tmp_path, configuration=first.SHIPPED)
    bare.run("systemctl", "stop", "sheetfed.socket", "sheetfed.service")
    first.put(bare)
    apt.upgrade(bare)
    bare.run("systemctl", "start", "sheetfed.socket")
    assert bare.run("systemctl", "is-active", "sheetfed").stdout == "active\n"
    for left in first.documents():
        website = Website(bare, user=left.user, origin=left.origin, instance=left.instance)
        assert website.pixels() == left.pages
        website.result("AcquireImage", {**FEEDER, "pages": 1})
        assert website.pixels()[:-1] == left.pages
    bare.run("sheetctl", "store", "check")


def test_settings_of_the_first_version_stay_in_force(
    bare: Machine, provided: Provision, tmp_path: Path
) -> None:
    _install_old(bare, provided, tmp_path, configuration=first.SHIPPED)
    bare.run("systemctl", "stop", "sheetfed.socket", "sheetfed.service")
    bare.run("rm", "/etc/sheetfed/conf.d/virtual.toml")
    first.put(bare)
    apt.upgrade(bare)
    assert bare.run("cat", first.OWN_PATH).stdout == first.OWN
    assert bare.run("cat", "/etc/sheetfed/sheetfed.toml").stdout != first.SHIPPED
    bare.run("sheetctl", "config", "check")
    name, manager = ("org.sheetfed1", "/org/sheetfed1"), "org.sheetfed1.Manager"
    limit = bare.run("busctl", "get-property", *name, manager, "StoreLimit").stdout
    assert limit == f"t {3 << 30}\n"
    assert "https://app.example.org" in bare.run("sheetctl", "origins").stdout
    assert "frontend-tester" in bare.run("sheetctl", "devices").stdout
    told = bare.run("curl", "-sS", "-H", "Host: scan.example.org:18622", VERSION).stdout
    assert "VersionInfo" in told
