"""Configuration: how files become one checked value, or every problem at once."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from fakes.config_file import drop_in, problem, problems, written
from sheetfed import config
from sheetfed.config import Config, ConfigError, Endpoint, LogLevel, load
from sheetfed.core.model import Mode


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its configuration; drop-ins go to `drop_in`."""
    return tmp_path / "sheetfed.toml"


def test_an_empty_file_is_all_defaults(file: Path) -> None:
    loaded = load(written(file, ""))
    assert loaded == Config()
    assert loaded.http.listen == (Endpoint("127.0.0.1", 18622), Endpoint("::1", 18622))
    assert loaded.https.listen == (Endpoint("127.0.0.1", 18623), Endpoint("::1", 18623))
    assert loaded.https.certificate is None
    assert loaded.store.max_bytes == 20 * 1024**3
    assert loaded.defaults.mode is Mode.COLOR
    assert loaded.access.scan == ("root", "@scanner", "active")
    assert loaded.log.level is LogLevel.INFO


def test_a_missing_default_file_is_all_defaults(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATH", file)
    assert load(file) == Config()


def test_drop_ins_of_a_missing_default_file_count(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATH", file)
    drop_in(file, "a.toml", "[defaults]\nresolution = 300")
    assert load(file).defaults.resolution == 300


def test_a_missing_file_that_was_named_is_a_problem(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file; allowed: a configuration file"):
        load(file)


def test_every_value_is_read(file: Path) -> None:
    content = """
    [http]
    listen = ["127.0.0.2:80", "[::1]:0"]
    host_aliases = ["Scan.Example.org"]
    max_json_bytes = 4096
    [https]
    listen = []
    certificate = "/etc/ssl/c.pem"
    key = "/etc/ssl/k.pem"
    [store]
    path = "/srv/scans"
    max_bytes = "2T"
    keep_hours_browser = 1
    [scanners]
    sane_config_dir = "/etc/sane.d"
    virtual = true
    default = "test:0"
    hide = ["v4l:*", "*Webcam?"]
    rename = {"test:1" = "Hall", "*" = "Desk"}
    devices = ["net:scans.example:test:0"]
    prefer = ["airscan", "*"]
    network_refresh_minutes = 0
    [defaults]
    mode = "gray"
    [origins]
    allow = ["https://App.example.org:443", "http://localhost:3000"]
    [access]
    scan = ["*", "DOMAIN\\\\user", "@domain users"]
    [log]
    level = "debug"
    """
    loaded = load(written(file, content))
    assert loaded.http.listen == (Endpoint("127.0.0.2", 80), Endpoint("::1", 0))
    assert loaded.http.host_aliases == ("scan.example.org",)
    assert loaded.http.max_json_bytes == 4096
    assert loaded.https.listen == ()
    assert (loaded.https.certificate, loaded.https.key) == (
        Path("/etc/ssl/c.pem"),
        Path("/etc/ssl/k.pem"),
    )
    assert (loaded.store.path, loaded.store.max_bytes) == (Path("/srv/scans"), 2 * 1024**4)
    assert loaded.store.keep_hours_browser == 1
    assert loaded.scanners.sane_config_dir == Path("/etc/sane.d")
    assert (loaded.scanners.virtual, loaded.scanners.default) == (True, "test:0")
    assert loaded.scanners.hide == ("v4l:*", "*Webcam?")
    assert loaded.scanners.rename == (("test:1", "Hall"), ("*", "Desk"))
    assert loaded.scanners.devices == ("net:scans.example:test:0",)
    assert loaded.scanners.prefer == ("airscan", "*")
    assert loaded.scanners.network_refresh_minutes == 0
    assert loaded.defaults.mode is Mode.GRAY
    assert loaded.origins.allow == ("https://app.example.org", "http://localhost:3000")
    assert loaded.access.scan == ("*", "DOMAIN\\user", "@domain users")
    assert loaded.log.level is LogLevel.DEBUG


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().log.level = LogLevel.DEBUG  # type: ignore[misc]


def test_a_later_file_replaces_single_keys_and_whole_lists(file: Path) -> None:
    drop_in(file, "20-b.toml", '[origins]\nallow = ["https://b.example"]')
    drop_in(file, "10-a.toml", '[origins]\nallow = ["https://a.example"]\n[defaults]\nmode = "bw"')
    loaded = load(written(file, '[defaults]\nmode = "gray"\nresolution = 300'))
    assert loaded.origins.allow == ("https://b.example",)
    assert (loaded.defaults.mode, loaded.defaults.resolution) == (Mode.BW, 300)


def test_a_table_of_names_is_written_in_a_table_of_its_own_too(file: Path) -> None:
    loaded = load(written(file, '[scanners.rename]\n"test:*" = "Desk"\nhall = "Hall"'))
    assert loaded.scanners.rename == (("test:*", "Desk"), ("hall", "Hall"))


def test_hidden_files_and_other_endings_are_not_read(file: Path) -> None:
    drop_in(file, ".a.toml", "nonsense")
    drop_in(file, "b.toml~", "nonsense")
    drop_in(file, "c.conf", "nonsense")
    assert load(written(file, "")) == Config()


def test_every_problem_of_every_file_is_told_at_once(file: Path) -> None:
    drop_in(file, "a.toml", '[log]\nlevel = "loud"')
    drop_in(file, "b.toml", "[jobs\n")
    found = problems(
        file, '[http]\nlisten = 5\nport = 1\n[defaults]\nmode = "sepia"\nresolution = 0\n[htp]\n'
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["sheetfed.toml", "http.listen"],
        ["sheetfed.toml", "http.port"],
        ["sheetfed.toml", "defaults.mode"],
        ["sheetfed.toml", "defaults.resolution"],
        ["sheetfed.toml", "htp"],
        ["conf.d/a.toml", "log.level"],
        ["conf.d/b.toml:1", "found Expected ']' at the end of a table declaration; allowed"],
    ]


def test_a_problem_has_file_key_found_and_allowed(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(file, '[log]\nlevel = "loud"'))
    (only,) = caught.value.problems
    assert (only.file, only.key) == (file, "log.level")
    assert (only.found, only.allowed) == ('"loud"', "one of debug, info, warning, error")
    assert str(caught.value) == str(only)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("[htpp]", "did you mean http?"),
        ("[store]\nmax_byte = 1", "did you mean store.max_bytes?"),
        ('[http]\nlevel = "info"', "did you mean log.level?"),
        ('listen = ["127.0.0.1:1"]', "did you mean http.listen?"),
    ],
)
def test_an_unknown_name_is_a_problem_with_a_guess(file: Path, content: str, hint: str) -> None:
    found = problem(file, content)
    assert "found an unknown" in found
    assert hint in found


def test_an_unknown_name_like_nothing_lists_what_there_is(file: Path) -> None:
    assert problem(file, "[zzz]") == (
        "sheetfed.toml: zzz: found an unknown table; allowed: http, https, store, scanners,"
        " defaults, jobs, origins, access, upload, limits, metrics, imaging, log"
    )


def test_a_value_where_a_table_belongs_is_a_problem(file: Path) -> None:
    assert problem(file, "log = 3") == "sheetfed.toml: log: found 3; allowed: a table: [log]"


@pytest.mark.parametrize(
    ("content", "line"),
    [("[log]\n\nlevel = \n", 3), ('[log]\nlevel = "', 2), ("[log]\n[log]\n", 2)],
)
def test_a_syntax_error_has_its_line(file: Path, content: str, line: int) -> None:
    found = problem(file, content)
    assert found.startswith(f"sheetfed.toml:{line}: found ")
    assert found.endswith("; allowed: TOML")


def test_endless_nesting_is_a_problem(file: Path) -> None:
    assert problem(file, "x = " + "[" * 100_000).endswith("nested too deep; allowed: TOML")


def test_bytes_that_are_not_utf_8_have_their_line(file: Path) -> None:
    file.write_bytes(b"[log]\n# caf\xe9\n")
    with pytest.raises(ConfigError, match=r"sheetfed\.toml:2: found bytes that are not UTF-8"):
        load(file)


def test_a_folder_in_the_files_place_is_a_problem(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ConfigError, match="found Is a directory; allowed: a readable file"):
        load(file)


def test_a_file_in_the_drop_in_folders_place_is_a_problem(file: Path) -> None:
    (file.parent / "conf.d").write_text("")
    assert problem(file, "") == "conf.d: found Not a directory; allowed: a readable folder"
