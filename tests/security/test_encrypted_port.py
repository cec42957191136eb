"""The encrypted port is no way round: the same checks, with its own scheme and port."""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from fakes.attacked import GRANTED, PATIENCE_S, Answer, Target, answer, attacked, received
from fakes.certificates import Pair


@dataclass(frozen=True, slots=True)
class Encrypted:
    """The daemon's port for HTTPS."""

    target: Target
    port: int
    trusting: ssl.SSLContext

    def ask(self, method: str, path: str, body: bytes = b"", **more: str) -> Answer:
        more.setdefault("Host", f"127.0.0.1:{self.port}")
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as plain,
            self.trusting.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            connection.sendall(self.target.request(method, path, body, **more))
            return answer(received(connection))


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    folder = tmp_path_factory.mktemp("encrypted")
    pair = Pair.written(folder)
    (folder / "conf.d").mkdir()
    listen = 'https.listen = ["127.0.0.1:0"]\n'
    (folder / "conf.d" / "https.toml").write_text(listen + pair.config)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with attacked(folder) as target:
        port = re.search(r"https://127\.0\.0\.1:(\d+)", target.log())
        assert port is not None
        yield Encrypted(target, int(port[1]), trusting)


@pytest.fixture(scope="module")
def target(encrypted: Encrypted) -> Target:
    return encrypted.target


def test_another_name_and_the_other_ports_are_misdirected_on_the_encrypted_port(
    encrypted: Encrypted,
) -> None:
    for host in (
        f"evil.example:{encrypted.port}",
        f"127.0.0.1:{encrypted.target.port}",
        "127.0.0.1",
        "127.0.0.1:443",
    ):
        refused = encrypted.ask("GET", "/fa/VersionInfo", Host=host)
        assert (refused.status, refused.code) == (421, "wrong-host"), host
    host = f"127.0.0.1:{encrypted.port}"
    assert encrypted.target.ask("GET", "/fa/VersionInfo", Host=host).status == 421


def test_our_own_origin_is_another_one_on_the_encrypted_port(encrypted: Encrypted) -> None:
    own = f"https://127.0.0.1:{encrypted.port}"
    assert encrypted.ask("POST", "/f/GetDevices", b"{}", Origin=own).status == 200
    for other in (encrypted.target.base, f"http://127.0.0.1:{encrypted.port}", "null"):
        refused = encrypted.ask("POST", "/f/GetDevices", b"{}", Origin=other)
        assert (refused.status, refused.code) == (403, "origin-not-granted"), other
    refused = encrypted.target.ask("POST", "/f/GetDevices", b"{}", Origin=own)
    assert (refused.status, refused.code) == (403, "origin-not-granted")


def test_a_proxy_and_a_service_worker_are_refused_on_the_encrypted_port(
    encrypted: Encrypted,
) -> None:
    refused = encrypted.ask("GET", "/fa/VersionInfo", X_Forwarded_For="192.0.2.1", Origin=GRANTED)
    assert (refused.status, refused.code) == (421, "wrong-host")
    refused = encrypted.ask("GET", "/page.js", Service_Worker="script")
    assert (refused.status, refused.code) == (403, "origin-not-granted")


def test_what_is_not_encrypted_is_told_so_and_no_more(encrypted: Encrypted) -> None:
    sent = encrypted.target.request("GET", "/fa/VersionInfo")
    with socket.create_connection(("127.0.0.1", encrypted.port), timeout=PATIENCE_S) as connection:
        connection.sendall(sent)
        refused = answer(received(connection))
    assert refused.status == 400
    assert b"VersionInfo" not in refused.body
