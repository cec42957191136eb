"""The unit: how little it may do, and that it agrees with the configuration."""

import configparser
import subprocess
from pathlib import Path

import pytest

from sheetfed.config import Config
from sheetfed.config_doors import Limits
from sheetfed.web.entrances import BACKLOG

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "systemd" / "sheetfed.service"
SOCKET = ROOT / "systemd" / "sheetfed.socket"
CERTIFICATES = ROOT / "systemd" / "sheetfed-certificates.service"
SYSUSERS = ROOT / "systemd" / "sheetfed.sysusers"
TMPFILES = ROOT / "systemd" / "sheetfed.tmpfiles"
DROP_INS = sorted((ROOT / "systemd").glob("*.conf"))


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)


def _service(unit: Path = UNIT) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(unit)
    return parser["Service"]


@pytest.mark.parametrize("unit", [UNIT, CERTIFICATES], ids=lambda unit: unit.name)
def test_its_exposure_is_at_most_one_and_a_half(unit: Path) -> None:
    answer = _run("systemd-analyze", "security", "--offline=yes", "--threshold=15", str(unit))
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("shipped", [UNIT, CERTIFICATES, SOCKET], ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_it(shipped: Path, tmp_path: Path) -> None:
    text = shipped.read_text().replace("/usr/bin/sheetfed", "/bin/true")
    unit = tmp_path / shipped.name
    unit.write_text(text)
    if shipped == SOCKET:
        (tmp_path / UNIT.name).write_text(
            UNIT.read_text().replace("/usr/bin/sheetfed", "/bin/true")
        )
    answer = _run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit))
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_stop_is_given_longer_than_the_daemon_takes_to_drain() -> None:
    assert int(_service()["TimeoutStopSec"].removesuffix("s")) > Config().jobs.drain_timeout_s


def test_one_users_connections_leave_descriptors_for_the_others() -> None:
    assert int(_service()["LimitNOFILE"]) > 10 * Limits().connections


def test_a_restart_keeps_the_key_of_the_session_and_a_stop_does_not() -> None:
    service = _service()
    assert service["FileDescriptorStoreMax"] == "1"
    assert service.get("FileDescriptorStorePreserve", "restart") == "restart"


def test_memory_reaches_no_disk() -> None:
    service = _service()
    assert (service["LimitCORE"], service["MemorySwapMax"]) == ("0", "0")


def test_the_user_of_the_unit_is_made_and_may_use_scanners() -> None:
    service = _service()
    made = [line.split() for line in SYSUSERS.read_text().splitlines()]
    user = service["User"]
    assert ["u", user] in [words[:2] for words in made]
    groups = [words[2] for words in made if words[:2] == ["m", user]]
    assert groups == service["SupplementaryGroups"].split()


def test_the_package_makes_the_same_user_before_it_is_unpacked() -> None:
    script = (ROOT / "debian" / "sheetfed.preinst").read_text()
    assert script.partition("<<'END'\n")[2].partition("END\n")[0] == SYSUSERS.read_text()


def test_systemd_accepts_the_user(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    answer = _run("systemd-sysusers", f"--root={tmp_path}", str(SYSUSERS))
    assert answer.returncode == 0, answer.stderr
    assert "sheetfed:" in (tmp_path / "etc" / "passwd").read_text()


def test_the_folders_of_the_unit_are_those_of_the_configuration() -> None:
    service, store = _service(), Config().store
    assert Path("/var/lib", service["StateDirectory"]) == store.path
    assert Path("/var/cache", service["CacheDirectory"]) == store.cache
    assert (service["StateDirectoryMode"], service["CacheDirectoryMode"]) == ("0700", "0700")


def test_the_certificates_are_made_before_the_start_where_the_daemon_looks_for_them() -> None:
    service = _service(CERTIFICATES)
    assert Path("/var/lib", service["StateDirectory"]) == Config().https.machine_certificates
    assert service["StateDirectoryMode"] == "0755"
    assert f"--owner {_service()['User']}" in service["ExecStart"]
    parser = configparser.RawConfigParser(strict=False)
    parser.read(UNIT)
    for word in ("Wants", "After"):
        assert CERTIFICATES.name in parser["Unit"][word].split()


def test_the_socket_unit_holds_the_ports_of_the_configuration() -> None:
    lines = [line.partition("=") for line in SOCKET.read_text().splitlines()]
    held = [value for name, _, value in lines if name == "ListenStream"]
    config = Config()
    assert held == [str(at) for at in (*config.http.listen, *config.https.listen)]
    assert ("Backlog", "=", str(BACKLOG)) in lines


@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda file: file.name)
def test_with_each_example_systemd_is_content_and_the_exposure_as_low(
    drop_in: Path, tmp_path: Path
) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(
        UNIT.read_text().replace("/usr/bin/sheetfed", "/bin/true") + drop_in.read_text()
    )
    answer = _run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit))
    assert (answer.returncode, answer.stderr) == (0, "")
    answer = _run("systemd-analyze", "security", "--offline=yes", "--threshold=15", str(unit))
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda file: file.name)
def test_an_example_says_where_it_goes_and_is_shipped_and_documented(drop_in: Path) -> None:
    text = " ".join(drop_in.read_text().replace("\n# ", " ").split())
    assert f"/etc/systemd/system/sheetfed.service.d/{drop_in.name}" in text
    assert "`systemctl daemon-reload` and `systemctl restart sheetfed`" in text
    assert f"| `{drop_in.name}` |" in (ROOT / "docs" / "systemd.md").read_text("utf-8")
    shipped = (ROOT / "debian" / "sheetfed.examples").read_text().split()
    assert f"systemd/{drop_in.name}" in shipped


def test_the_folders_of_the_services_user_are_made_as_the_unit_makes_them(tmp_path: Path) -> None:
    made = [line.split()[:5] for line in TMPFILES.read_text().splitlines() if line[0] != "#"]
    user, store = _service()["User"], Config().store
    assert made == [["d", str(path), "0700", user, user] for path in (store.path, store.cache)]
    (tmp_path / "etc").mkdir()
    assert _run("systemd-sysusers", f"--root={tmp_path}", str(SYSUSERS)).returncode == 0
    answer = _run("systemd-tmpfiles", f"--root={tmp_path}", "--create", str(TMPFILES))
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "var/lib/sheetfed").is_dir()


def test_the_words_of_the_status_that_are_explained_are_the_daemons() -> None:
    text = (ROOT / "docs" / "systemd.md").read_text("utf-8")
    code = "".join(path.read_text("utf-8") for path in (ROOT / "daemon/sheetfed").rglob("*.py"))
    for words in (
        "without D-Bus: ",
        "no HTTPS: ",
        "sheetfed.socket does not hold ",
        "which nothing is to listen on",
        "waiting for a restart: ",
        "the configuration has errors: the earlier one is in force",
    ):
        assert words in text
        assert words in code
