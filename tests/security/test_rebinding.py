"""DNS rebinding: a page's own name that resolves to this machine opens nothing."""

import json
from pathlib import Path

import pytest

from fakes.addresses import every_address
from fakes.attacked import GRANTED, Target, answer

NAMES = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "rebind.localhost"]
ODD_HOSTS = [
    "",
    "{port}",
    ":{port}",
    "127.0.0.1",
    "127.0.0.1:{port}.evil.example",
    "127.0.0.1:{port}@evil.example",
    "evil.example@127.0.0.1:{port}",
    "127.0.0.1:{port}, evil.example",
    "127.0.0.1:{port} evil.example",
    "evil.example:{port}#127.0.0.1:{port}",
    "127.0.0.1:0{port}",
    "127.0.0.1:+{port}",
    "127.0.0.1.:{port}",
    "localhost.:{port}",
    "0:{port}",
    "0.0.0.0:{port}",
    "127.1:{port}",
    "127.0.0.2:{port}",
    "2130706433:{port}",
    "0x7f000001:{port}",
    "[::]:{port}",
    "[::ffff:127.0.0.1]:{port}",
    "[::1%25lo]:{port}",
    "[0:0:0:0:0:0:0:1]:{port}",
    "ｌocalhost:{port}",
]


@pytest.mark.parametrize("name", NAMES)
def test_another_name_is_misdirected_on_every_route_and_on_the_event_streams(
    target: Target, tmp_path: Path, name: str
) -> None:
    tried = list(every_address(tmp_path))
    assert ("GET", "/api/events") in tried
    for method, path in [*tried, ("OPTIONS", "/f/VersionInfo"), ("GET", "/nothing")]:
        refused = target.ask(method, path, Host=f"{name}:{target.port}")
        assert (refused.status, refused.code) == (421, "wrong-host"), (method, path)


def test_another_name_is_misdirected_whatever_else_the_request_says(target: Target) -> None:
    body = json.dumps({"id": "test"}).encode()
    for headers in (
        {"Origin": GRANTED},
        {"Origin": f"http://evil.example:{target.port}", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Referer": target.base},
        {"Content-Type": "text/plain"},
    ):
        refused = target.ask(
            "POST", "/f/GetDevices", body, Host=f"evil.example:{target.port}", **headers
        )
        assert (refused.status, refused.code) == (421, "wrong-host"), headers
        assert not [name for name in refused.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_no_other_spelling_of_a_host_passes_for_ours(target: Target, host: str) -> None:
    refused = target.ask("GET", "/fa/VersionInfo", Host=host.format(port=target.port))
    assert refused.status in (400, 421)
    assert refused.code in ("invalid-parameter", "wrong-host")


def test_without_a_host_nothing_is_answered(target: Target) -> None:
    for version in ("1.1", "1.0"):
        said = target.exchange(
            f"GET /fa/VersionInfo HTTP/{version}\r\nConnection: close\r\n\r\n".encode()
        )
        assert answer(said).status in (400, 421)


def test_the_first_of_two_hosts_does_not_hide_the_second(target: Target) -> None:
    ours, evil = f"Host: 127.0.0.1:{target.port}\r\n", "Host: evil.example\r\n"
    for hosts in (ours + evil, evil + ours, ours + ours):
        said = target.exchange(
            f"GET /fa/VersionInfo HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode()
        )
        assert answer(said).status in (400, 421)


@pytest.mark.parametrize("scheme", ["http", "https", "ftp"])
def test_an_address_with_another_host_in_it_is_misdirected(target: Target, scheme: str) -> None:
    refused = target.ask("GET", f"{scheme}://evil.example/fa/VersionInfo")
    assert (refused.status, refused.code) == (421, "wrong-host")
