"""The Debian package, built as anybody builds it: what it holds, and what lintian says of it."""

import email
import re
import subprocess
import tarfile
import tomllib
from email.message import Message
from pathlib import Path

import pytest

from sheetfed import __version__

ROOT = Path(__file__).parents[2]
BUILD_DEADLINE_S = 540
PYTHON = "usr/lib/python3/dist-packages/sheetfed"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def built() -> Path:
    """The folder that a build leaves its files in."""
    build = subprocess.run(
        [ROOT / "dev", "deb"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=BUILD_DEADLINE_S,
        check=False,
    )
    assert build.returncode == 0, build.stdout
    return ROOT / "dist"


@pytest.fixture(scope="module")
def package(built: Path) -> Path:
    (found,) = built.glob("sheetfed_*_all.deb")
    return found


@pytest.fixture(scope="module")
def members(package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tarfile.TarInfo]:
    """What it installs, by path; /lib is below /usr."""
    content = tmp_path_factory.mktemp("package") / "content.tar"
    with content.open("wb") as file:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=file, timeout=60, check=True)
    with tarfile.open(content) as archive:
        named = {member.name.removeprefix("./"): member for member in archive}
    return {
        f"usr/{name}" if name.startswith("lib/") else name: member for name, member in named.items()
    }


@pytest.fixture(scope="module")
def control(package: Path) -> Message:
    shown = subprocess.run(
        ["dpkg-deb", "--field", package], capture_output=True, text=True, timeout=60, check=True
    )
    return email.message_from_string(shown.stdout)


def test_lintian_finds_no_error_and_no_warning(built: Path) -> None:
    (changes,) = built.glob("*.changes")
    answer = subprocess.run(
        ["lintian", "-EvIL", "+pedantic", "--fail-on", "error,warning", changes],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout


def test_every_module_of_the_daemon_is_in_it(members: dict[str, tarfile.TarInfo]) -> None:
    source = ROOT / "daemon" / "sheetfed"
    modules = {f"{PYTHON}/{path.relative_to(source)}" for path in source.rglob("*.py")}
    assert {name for name in members if name.startswith(PYTHON) and name.endswith(".py")} == modules


def test_what_the_daemon_reads_beside_its_code_is_in_it(
    members: dict[str, tarfile.TarInfo],
) -> None:
    files = {
        f"{PYTHON}/devices/{folder}/{path.name}"
        for folder in ("quirks", "virtual")
        for path in (ROOT / "daemon" / "sheetfed" / "devices" / folder).iterdir()
    }
    files |= {f"usr/share/dbus-1/interfaces/{path.name}" for path in (ROOT / "dbus").glob("*.xml")}
    files |= {
        f"usr/share/sheetfed/{path.relative_to(ROOT)}"
        for path in (ROOT / "client").rglob("*")
        if path.is_file()
    }
    assert files <= members.keys()


@pytest.mark.parametrize(
    "path",
    [
        "etc/sheetfed/sheetfed.toml",
        "usr/bin/sheetctl",
        "usr/bin/sheetfed",
        "usr/lib/systemd/system/sheetfed-certificates.service",
        "usr/lib/systemd/system/sheetfed.service",
        "usr/lib/systemd/system/sheetfed.socket",
        "usr/lib/sysusers.d/sheetfed.conf",
        "usr/lib/tmpfiles.d/sheetfed.conf",
        "usr/share/dbus-1/system-services/org.sheetfed1.service",
        "usr/share/dbus-1/system.d/org.sheetfed1.conf",
        "usr/share/bash-completion/completions/sheetctl",
        "usr/share/fish/vendor_completions.d/sheetctl.fish",
        "usr/share/man/man1/sheetctl.1.gz",
        "usr/share/man/man5/org.sheetfed1.5.gz",
        "usr/share/man/man5/sheetfed.toml.5.gz",
        "usr/share/man/man8/sheetfed.8.gz",
        "usr/share/polkit-1/actions/org.sheetfed1.policy",
        "usr/share/zsh/vendor-completions/_sheetctl",
        "usr/share/metainfo/org.sheetfed.sheetfed.metainfo.xml",
    ],
)
def test_it_installs_a_file_for_root_to_change_and_all_to_read(
    path: str, members: dict[str, tarfile.TarInfo]
) -> None:
    member = members[path]
    mode = 0o755 if path.startswith("usr/bin/") else 0o644
    assert (member.isfile(), member.mode, member.uname) == (True, mode, "root")


def test_nothing_of_it_lies_in_the_folders_of_the_service(
    members: dict[str, tarfile.TarInfo],
) -> None:
    assert not [name for name in members if name.startswith(("var/", "run/"))]


def test_it_depends_on_every_library_of_the_project(control: Message) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    libraries = {line.partition(">=")[0].lower() for line in project["dependencies"]}
    debian_names = {"pillow": "pil", "python-sane": "sane"}
    depends = {item.split()[0] for item in control["Depends"].split(",")}
    assert {f"python3-{debian_names.get(name, name)}" for name in libraries} <= depends


def test_its_version_is_that_of_the_project(control: Message) -> None:
    assert control["Version"] == __version__


def test_an_upgrade_restarts_the_service_and_leaves_the_ports_held(package: Path) -> None:
    script = subprocess.run(
        ["dpkg-deb", "--info", package, "postinst"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    invoked = re.findall(r"deb-systemd-invoke (\S+) (.*) >/dev/null", script)
    assert invoked == [("$_dh_action", "'sheetfed.service'"), ("start", "'sheetfed.socket'")]
