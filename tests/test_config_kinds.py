"""Configuration values: which are allowed, and what a problem says of the others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.config_file import problem, written
from sheetfed.config import load
from sheetfed.config_kinds import size, write_size
from sheetfed.config_origin import origin


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
    ("given", "expected"),
    [
        ("https://app.example.org", "https://app.example.org"),
        ("HTTPS://App.Example.ORG/", "https://app.example.org"),
        ("https://app.example.org:443", "https://app.example.org"),
        ("https://app.example.org:08443", "https://app.example.org:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://localhost:80", "http://localhost"),
        ("http://app.localhost:3000", "http://app.localhost:3000"),
        ("http://127.1.2.3:8080", "http://127.1.2.3:8080"),
        ("http://[0:0::1]:8080", "http://[::1]:8080"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
        ("https://10.0.0.1", "https://10.0.0.1"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(given: str, expected: str) -> None:
    assert origin(given) == expected
    assert origin(expected) == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("null", "every sandboxed page"),
        ("*", "wildcard"),
        ("https://*.example.org", "wildcard"),
        ("app.example.org", "is not scheme://host"),
        ("https://app.example.org/scan", "nothing after it"),
        ("https://app.example.org?x", "nothing after it"),
        ("https://user@app.example.org", "is not scheme://host"),
        ("https://", "is not scheme://host"),
        ("https://a b", "is not a host name"),
        ("https://a..b", "is not a host name"),
        ("https://bücher.example", "xn-- form"),
        ("https://app.example.org:0", "no valid port"),
        ("https://app.example.org:65536", "no valid port"),
        ("https://127.1", "is not an IPv4 address"),
        ("https://0x7f.0.0.1.0x1", "is not an IPv4 address"),
        ("https://[::1%eth0]", "not an address that an origin can have"),
        ("https://[::ffff:10.0.0.1]", "not an address that an origin can have"),
        ("https://[zz]", "is not an IPv6 address"),
        ("http://app.example.org", "is not encrypted"),
        ("http://10.0.0.1", "is not encrypted"),
        ("http://localhost.example.org", "is not encrypted"),
        ("chrome-extension://abcdef", "neither https nor http"),
        ("file:///", "is not scheme://host"),
    ],
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


@given(st.text())
def test_reading_an_origin_gives_a_fixed_point_or_refuses(value: str) -> None:
    try:
        normal = origin(value)
    except ValueError:
        return
    assert origin(normal) == normal


@given(st.integers(0, (1 << 63) - 1))
def test_a_size_survives_being_written(size_bytes: int) -> None:
    assert size().read(write_size(size_bytes)) == size_bytes
