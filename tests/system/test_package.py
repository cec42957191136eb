"""The package on a running system: installed, removed, purged, installed again."""

from pathlib import Path

from system import apt
from system.conftest import OFTEN
from system.guide import typed
from system.machine import Machine
from system.website import FEEDER, Website


def _leftovers(machine: Machine, *folders: str) -> list[str]:
    told = machine.run("find", *folders, "-name", "*sheetfed*", check=False).stdout
    return told.splitlines()


def test_an_installation_ends_with_a_service_that_runs_and_scans(bare: Machine) -> None:
    apt.install(bare, "sheetfed")
    assert bare.run("systemctl", "is-active", "sheetfed").stdout == "active\n"
    assert bare.run("systemctl", "is-enabled", "sheetfed").stdout == "enabled\n"
    restarts = ("systemctl", "show", "--value", "--property=NRestarts", "sheetfed")
    assert bare.run(*restarts).stdout == "0\n"
    Website(bare).result("AcquireImage", FEEDER)


def test_a_package_file_is_installed_by_its_path(bare: Machine) -> None:
    (file,) = bare.run("sh", "-c", "echo /srv/archive/sheetfed_*.deb").stdout.split()
    apt.install(bare, file)
    bare.run("sheetctl", "status", user="alice")


def test_removed_it_leaves_configuration_and_documents_and_comes_back_with_them(
    bare: Machine,
) -> None:
    apt.install(bare, "sheetfed")
    website = Website(bare)
    website.result("AcquireImage", FEEDER)
    before = website.pictures()
    apt.remove(bare, "sheetfed")
    assert bare.run("systemctl", "is-active", "sheetfed", check=False).returncode != 0
    assert bare.run("find", "/proc", "-maxdepth", "1", "-user", "sheetfed").stdout == ""
    assert bare.run("ls", "/etc/sheetfed/sheetfed.toml").stdout
    apt.install(bare, "sheetfed")
    assert website.pictures() == before


def test_purged_it_leaves_the_documents_and_nothing_else(bare: Machine) -> None:
    bare.run("rm", "-r", "/etc/sheetfed", str(Path(OFTEN).parent))
    apt.install(bare, "sheetfed")
    bare.run("sh", "-c", "echo x >/var/cache/sheetfed/render")
    apt.purge(bare, "sheetfed")
    folders = ("/etc", "/usr", "/var/cache", "/var/lib", "/run")
    expected = {"/var/lib/sheetfed"}
    apt_and_dpkg = ("/var/lib/apt/", "/var/lib/systemd/")
    assert {
        path for path in _leftovers(bare, *folders) if not path.startswith(apt_and_dpkg)
    } == expected
    assert bare.run("ls", "/var/lib/sheetfed/catalogue.sqlite").stdout
    failed = bare.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").stdout
    assert failed == ""


def test_purged_as_the_guide_says_it_leaves_nothing_of_what_people_scanned(bare: Machine) -> None:
    apt.install(bare, "sheetfed")
    apt.purge(bare, "sheetfed")
    bare.run("sh", "-e", "-c", typed("administrators.md", "Remove"))
    assert _leftovers(bare, "/var/lib/sheetfed") == []
    assert bare.run("getent", "passwd", "sheetfed", check=False).stdout == ""


def test_the_guides_session_from_the_installation_to_the_first_scan_is_typed_as_it_stands(
    bare: Machine,
) -> None:
    bare.run("rm", "/etc/sheetfed/conf.d/virtual.toml")
    bare.run("gpasswd", "--delete", "alice", "scanner")
    session = typed("administrators.md", "From the installation to the first scan")
    told = bare.run("sh", "-e", "-c", f"cd /srv/archive\n{session}", deadline_s=150).stdout
    assert "frontend-tester" in told
    assert "https://app.example.org" in told
    assert bare.run("head", "-c", "5", "/home/alice/first.pdf").stdout == "%PDF-"
    Website(bare, origin="https://app.example.org").result("AcquireImage", FEEDER)


def test_after_a_purge_it_can_be_installed_again_with_everything(bare: Machine) -> None:
    apt.install(bare, "sheetfed")
    website = Website(bare)
    website.result("AcquireImage", FEEDER)
    before = website.pictures()
    apt.purge(bare, "sheetfed")
    bare.write("/etc/sheetfed/conf.d/virtual.toml", "[scanners]\nvirtual = true\n")
    apt.install(bare, "sheetfed")
    assert website.pictures() == before
    authority = ("--cacert", "/var/lib/sheetfed-certificates/ca.pem")
    bare.run("curl", "-sS", "--fail", *authority, "https://127.0.0.1:18623/fa/VersionInfo")


def test_the_guides_for_developers_are_a_package_of_their_own(bare: Machine) -> None:
    apt.install(bare, "sheetfed-doc")
    assert "dbus.md" in bare.run("ls", "/usr/share/doc/sheetfed").stdout
    assert bare.run("dpkg-query", "--list", "sheetfed", check=False).stdout.find("ii ") == -1
