"""Who is behind a loopback connection: asked of the real kernel about real sockets."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from sheetfed.host.peer import PeerLookup

FAMILIES = pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)

# Another user as root; without that right the test's own user in another process.
CLIENT_UID = 65533 if os.geteuid() == 0 else os.geteuid()
CLIENT = """
import encodings.idna, os, socket, sys  # whoever it becomes may not be able to read Python's files
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65533); os.setuid(65533)
client = socket.create_connection((sys.argv[1], int(sys.argv[2])))
sys.stdin.read()
"""


@pytest.fixture
def lookup() -> Iterator[PeerLookup]:
    with closing(PeerLookup()) as lookup:
        yield lookup


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def listener(
    opened: ExitStack, family: socket.AddressFamily, address: str, *, v6_only: bool = True
) -> socket.socket:
    made = opened.enter_context(socket.socket(family))
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(v6_only))
    made.bind((address, 0))
    made.listen()
    return made


def accept(opened: ExitStack, listening: socket.socket) -> socket.socket:
    listening.settimeout(10)
    return opened.enter_context(listening.accept()[0])


def connected(
    opened: ExitStack, family: socket.AddressFamily, address: str
) -> tuple[socket.socket, socket.socket]:
    """A client and what the server accepted."""
    listening = listener(opened, family, address)
    client = opened.enter_context(socket.socket(family))
    client.connect(listening.getsockname()[:2])
    return client, accept(opened, listening)


@FAMILIES
def test_our_own_connection_is_ours(
    lookup: PeerLookup, opened: ExitStack, family: socket.AddressFamily, address: str
) -> None:
    _, connection = connected(opened, family, address)
    assert lookup.uid(connection) == os.geteuid()


@FAMILIES
def test_another_process_is_known_by_its_user(
    lookup: PeerLookup, opened: ExitStack, family: socket.AddressFamily, address: str
) -> None:
    listening = listener(opened, family, address)
    command = [sys.executable, "-c", CLIENT, address, str(listening.getsockname()[1])]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert lookup.uid(accept(opened, listening)) == CLIENT_UID
        process.communicate(timeout=10)


def test_an_ipv4_client_of_a_dual_stack_listener_is_known(
    lookup: PeerLookup, opened: ExitStack
) -> None:
    listening = listener(opened, socket.AF_INET6, "::", v6_only=False)
    client = socket.create_connection(("127.0.0.1", listening.getsockname()[1]))
    opened.enter_context(client)
    connection = accept(opened, listening)
    assert connection.getpeername()[0] == "::ffff:127.0.0.1"
    assert lookup.uid(connection) == os.geteuid()


def test_a_client_that_writes_ipv4_as_ipv6_is_known(lookup: PeerLookup, opened: ExitStack) -> None:
    listening = listener(opened, socket.AF_INET, "127.0.0.1")
    client = opened.enter_context(socket.socket(socket.AF_INET6))
    client.connect(("::ffff:127.0.0.1", listening.getsockname()[1]))
    assert lookup.uid(accept(opened, listening)) == os.geteuid()


def test_a_client_bound_to_the_loopback_interface_is_known(
    lookup: PeerLookup, opened: ExitStack
) -> None:
    listening = listener(opened, socket.AF_INET, "127.0.0.1")
    client = opened.enter_context(socket.socket(socket.AF_INET))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    client.connect(listening.getsockname())
    assert lookup.uid(accept(opened, listening)) == os.geteuid()


@FAMILIES
def test_a_client_that_ended_its_writing_is_known(
    lookup: PeerLookup, opened: ExitStack, family: socket.AddressFamily, address: str
) -> None:
    client, connection = connected(opened, family, address)
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    client.shutdown(socket.SHUT_WR)
    assert lookup.uid(connection) == os.geteuid()


def test_a_client_is_known_after_we_ended_our_writing(
    lookup: PeerLookup, opened: ExitStack
) -> None:
    _, connection = connected(opened, socket.AF_INET, "127.0.0.1")
    connection.shutdown(socket.SHUT_WR)
    assert lookup.uid(connection) == os.geteuid()


@FAMILIES
def test_a_client_that_wrote_and_closed_is_nobody(
    lookup: PeerLookup, opened: ExitStack, family: socket.AddressFamily, address: str
) -> None:
    client, connection = connected(opened, family, address)
    client.sendall(b"POST / HTTP/1.1\r\n\r\n")
    client.close()
    assert lookup.uid(connection) is None


def test_a_client_that_reset_the_connection_is_nobody(
    lookup: PeerLookup, opened: ExitStack
) -> None:
    client, connection = connected(opened, socket.AF_INET, "127.0.0.1")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    assert lookup.uid(connection) is None


def test_a_listening_socket_on_the_port_of_a_closed_client_is_not_taken_for_it(
    lookup: PeerLookup, opened: ExitStack
) -> None:
    client, connection = connected(opened, socket.AF_INET, "127.0.0.1")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    target, local = connection.getsockname(), client.getsockname()

    class Remembered(socket.socket):
        """The accepted socket as it was before the reset."""

        def getpeername(self) -> tuple[str, int]:
            return local

        def getsockname(self) -> tuple[str, int]:
            return target

    client.close()
    squatter = opened.enter_context(socket.socket())
    squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    squatter.bind(local)
    squatter.listen()
    assert lookup.uid(opened.enter_context(Remembered())) is None


def test_a_user_without_a_number_here_is_nobody(lookup: PeerLookup, opened: ExitStack) -> None:
    _, connection = connected(opened, socket.AF_INET, "127.0.0.1")
    lookup._overflow_uid = os.geteuid()
    assert lookup.uid(connection) is None


async def test_a_lookup_never_waits_and_is_quick(opened: ExitStack) -> None:
    with closing(await PeerLookup.open()) as lookup:
        _, connection = connected(opened, socket.AF_INET, "127.0.0.1")
        fastest_s = 1.0
        for _ in range(200):
            began = time.perf_counter()
            assert lookup.uid(connection) == os.geteuid()
            fastest_s = min(fastest_s, time.perf_counter() - began)
        assert fastest_s < 0.000_2


async def test_a_kernel_that_names_nobody_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(await PeerLookup.open()):
        assert not caplog.records
    monkeypatch.setattr(PeerLookup, "uid", lambda self, connection: None)
    with closing(await PeerLookup.open()):
        assert "every call will be refused" in caplog.text


def test_many_connections_are_told_apart(lookup: PeerLookup, opened: ExitStack) -> None:
    listening = listener(opened, socket.AF_INET, "127.0.0.1")
    pairs = []
    for _ in range(20):
        client = opened.enter_context(socket.create_connection(listening.getsockname()))
        pairs.append((client, accept(opened, listening)))
    for client, _ in pairs[::2]:
        client.close()
    found = [lookup.uid(connection) for _, connection in pairs]
    assert found == [None, os.geteuid()] * 10
