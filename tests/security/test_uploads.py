"""Uploads: the service sends to the calling page's own server, and is nobody's way inside."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fakes.attacked import GRANTED, OTHER_GRANTED, Target, attacked

INSIDE = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://[::1]:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://017700000001:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "https://127.0.0.1:{port}/",
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://100.100.100.200/",
    "https://metadata.google.internal/",
    "https://[fe80::1]/",
    "https://192.168.1.1/",
    "https://10.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "unix:/run/dbus/system_bus_socket",
    "//127.0.0.1:{port}/",
    "https://app.example.org@127.0.0.1:{port}/",
    "https://app.example.org:443@127.0.0.1:{port}/",
    "https://app.example.org\\@127.0.0.1:{port}/",
    "https://app.example.org.evil.example/",
    "https://app.example.org:8443/",
    "https://app.example.org/\r\nHost: evil.example",
    OTHER_GRANTED + "/",
]


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine that writes down what reaches it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(100))

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture(scope="module")
def scanned(target: Target) -> None:
    for origin in (GRANTED, OTHER_GRANTED):
        target.result("AcquireImage", {"paper_source": "flatbed"}, Origin=origin)


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("url", INSIDE)
def test_a_page_cannot_have_the_service_speak_to_anybody_but_its_own_server(
    target: Target, url: str
) -> None:
    with listening() as (port, heard):
        for method in ("POST", "PUT"):
            upload = {"url": url.format(port=port), "indices": [0], "method": method}
            refused = target.call("HTTPUpload", upload, Origin=GRANTED)
            assert (refused.status, refused.code) in [
                (403, "upload-refused"),
                (400, "invalid-parameter"),
            ]
        assert heard == []


@pytest.mark.usefixtures("scanned")
def test_a_program_has_pages_sent_only_where_the_administrator_allows(target: Target) -> None:
    target.result("AcquireImage", {"paper_source": "flatbed"})
    with listening() as (port, heard):
        for url in (f"http://127.0.0.1:{port}/", "https://app.example.org/"):
            refused = target.call("HTTPUpload", {"url": url, "indices": [0]})
            assert (refused.status, refused.code) == (403, "upload-refused")
        assert heard == []


@pytest.fixture(scope="module")
def to_itself(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Target, socket.socket, str]]:
    """An origin of this machine may have pages sent to its own server, which looks at them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        origin = f"http://127.0.0.1:{server.getsockname()[1]}"
        with attacked(tmp_path_factory.mktemp("itself"), origins=[origin]) as target:
            target.result("AcquireImage", {"paper_source": "flatbed"}, Origin=origin)
            yield target, server, origin


@pytest.mark.parametrize(
    "words",
    [
        {"headers": {"Host": "evil.example"}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {"Content-Length": "0"}},
        {"headers": {"X": "a\r\nHost: evil.example"}},
        {"headers": {"X\r\nHost": "evil.example"}},
        {"method": "DELETE"},
        {"method": "POST /evil HTTP/1.1\r\nX:"},
        {"file_name": 'a"\r\nContent-Type: text/evil\r\n\r\n'},
        {"field_name": 'a"; filename="evil\r\n'},
        {"fields": {"a\r\n\r\nevil": "b"}},
    ],
)
def test_nothing_of_an_upload_writes_into_its_request(
    to_itself: tuple[Target, socket.socket, str], words: dict[str, object]
) -> None:
    target, server, origin = to_itself
    upload = {"url": origin + "/in", "indices": [0], **words}
    answered = target.call("HTTPUpload", upload, door="fa", Origin=origin)
    if answered.status != 200:
        assert (answered.status, answered.code) == (400, "invalid-parameter")
        return
    with server.accept()[0] as connection:
        connection.settimeout(5)
        said = connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"POST /in HTTP/1.1\r\n")
    assert b"\r\nevil" not in said
    assert b"\r\nContent-Type: text/evil" not in said
