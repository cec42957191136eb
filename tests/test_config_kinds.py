"""Configuration values: which are allowed, and what a problem says of the others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.config_file import problem, written
from sheetfed.config import load
from sheetfed.config_kinds import size, write_size


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its configuration."""
    return tmp_path / "sheetfed.toml"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("0.0.0.0:80", "0.0.0.0 is not a loopback address"),
        ("[::]:80", ":: is not a loopback address"),
        ("192.168.1.5:80", "must never be reachable from the network"),
        ("[::ffff:127.0.0.1]:80", "is not a loopback address"),
        ("localhost:80", '"localhost" is not an IP address'),
        ("127.0.0.1", 'is not "ADDRESS:PORT"'),
        ("::1:80", 'IPv6 is written "[::1]:PORT"'),
        ("127.0.0.1:65536", 'is not "ADDRESS:PORT"'),
        ("127.0.0.1:-1", 'is not "ADDRESS:PORT"'),
    ],
)
def test_only_loopback_can_be_listened_on_and_the_problem_says_why(
    file: Path, address: str, reason: str
) -> None:
    assert reason in problem(file, f'[http]\nlisten = ["{address}"]')


def test_the_same_address_twice_is_a_problem_but_two_free_ports_are_not(file: Path) -> None:
    twice = '[http]\nlisten = ["127.0.0.1:{0}", "127.0.0.1:{0}"]'
    assert "127.0.0.1:80 is there twice" in problem(file, twice.format(80))
    assert len(load(written(file, twice.format(0))).http.listen) == 2


def test_http_and_https_cannot_share_an_address(file: Path) -> None:
    assert problem(file, '[https]\nlisten = ["127.0.0.1:18622"]') == (
        'sheetfed.toml: https.listen: found "127.0.0.1:18622"; allowed:'
        " addresses not in http.listen"
    )


@pytest.mark.parametrize(("given", "missing"), [("certificate", "key"), ("key", "certificate")])
def test_a_certificate_and_its_key_come_together(file: Path, given: str, missing: str) -> None:
    found = problem(file, f'[https]\n{given} = "/a.pem"')
    assert found == (
        f'sheetfed.toml: https.{missing}: found ""; allowed: a path, since https.{given} has one;'
        " or both empty"
    )


def test_documents_and_cache_cannot_share_a_folder(file: Path) -> None:
    assert "another folder than store.path" in problem(file, '[store]\ncache = "/var/lib/sheetfed"')


@pytest.mark.parametrize(
    ("written_as", "size_bytes"),
    [('"512K"', 512 << 10), ('"1M"', 1 << 20), ('"20G"', 20 << 30), ('"7"', 7), ("0", 0)],
)
def test_a_size_has_a_unit_or_is_bytes(file: Path, written_as: str, size_bytes: int) -> None:
    content = f"[store]\nmin_free_bytes = {written_as}"
    assert load(written(file, content)).store.min_free_bytes == size_bytes


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("store.min_free_bytes", "-1"),
        ("store.min_free_bytes", '"20GB"'),
        ("store.min_free_bytes", '"1.5G"'),
        ("store.min_free_bytes", "true"),
        ("store.min_free_bytes", '"9999999T"'),
        ("http.max_json_bytes", '"1T"'),
        ("store.path", '"relative/path"'),
        ("store.path", '""'),
        ("store.path", '"/nul\\u0000"'),
        ("scanners.virtual", '"yes"'),
        ("scanners.virtual", "1"),
        ("scanners.default", "1"),
        ("scanners.hide", '[""]'),
        ("scanners.hide", '["a\\nb"]'),
        ("scanners.hide", '"test:*"'),
        ("scanners.rename", '["test:0"]'),
        ("scanners.rename", '{"test:0" = 1}'),
        ("scanners.rename", '{"test:0" = " "}'),
        ("scanners.rename", '{"" = "Desk"}'),
        ("scanners.devices", '["test"]'),
        ("scanners.devices", '["test:"]'),
        ("scanners.devices", '["a b:c"]'),
        ("scanners.prefer", '["a*"]'),
        ("scanners.prefer", '["airscan:x"]'),
        ("scanners.quirks_dir", '""'),
        ("scanners.network_refresh_minutes", "-1"),
        ("scanners.quarantine_after", "101"),
        ("scanners.lease_idle_s", "0"),
        ("scanners.lease_limit_s", "86401"),
        ("defaults.resolution", "true"),
        ("defaults.resolution", "200.0"),
        ("defaults.mode", "1"),
        ("jobs.pause_timeout_s", "0"),
        ("imaging.workers", "-1"),
        ("http.host_aliases", '["a:80"]'),
        ("http.host_aliases", '["*"]'),
        ("http.host_aliases", '"name"'),
        ("access.scan", '[""]'),
        ("access.scan", '["@"]'),
        ("access.scan", '["@@scanner"]'),
        ("access.scan", '["a:b"]'),
        ("access.scan", '["1000"]'),
        ("access.scan", '["a\\nb"]'),
        ("access.scan", "[1]"),
        ("log.level", '["info"]'),
        ("log.level", "1979-05-27"),
        ("log.level", "{a = 1}"),
    ],
)
def test_a_value_that_is_not_allowed_is_a_problem(file: Path, key: str, value: str) -> None:
    table, name = key.split(".")
    assert f": {key}: found " in problem(file, f"[{table}]\n{name} = {value}")


def test_what_was_found_is_shown_shortened(file: Path) -> None:
    assert len(problem(file, f'[log]\nlevel = "{"x" * 10_000}"')) < 200


@pytest.mark.parametrize(
    ("given", "reason"), [("null", "every sandboxed page"), ("https://a b", "is not a host name")]
)
def test_an_origin_that_cannot_be_granted_is_refused_with_the_reason(
    file: Path, given: str, reason: str
) -> None:
    found = problem(file, f'[origins]\nallow = ["{given}"]')
    assert found.startswith("sheetfed.toml: origins.allow: found ")
    assert reason in found


def test_an_origin_named_twice_is_kept_once(file: Path) -> None:
    content = '[origins]\nallow = ["https://a.example", "https://A.example:443"]'
    assert load(written(file, content)).origins.allow == ("https://a.example",)


@given(st.integers(0, (1 << 63) - 1))
def test_a_size_survives_being_written(size_bytes: int) -> None:
    assert size().read(write_size(size_bytes)) == size_bytes
