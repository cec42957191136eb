"""Requests that are not what they seem: paths, smuggling, methods, headers, floods."""

import json
import socket
from contextlib import ExitStack

import pytest

from fakes.attacked import GRANTED, OTHER_GRANTED, Target, received

STREAMS = 1_000
NAVIGATION = {
    "Sec_Fetch_Site": "cross-site",
    "Sec_Fetch_Mode": "navigate",
    "Sec_Fetch_Dest": "document",
}
WAYS_ROUND = [
    "//fa/VersionInfo",
    "//f/GetDevices",
    "/./fa/VersionInfo",
    "/page.js/../fa/VersionInfo",
    "/page.js/..%2ffa/VersionInfo",
    "/page.js/%2e%2e/fa/VersionInfo",
    "/%2e%2e/fa/VersionInfo",
    "/%66a/VersionInfo",
    "/fa%2fVersionInfo",
    "/fa/VersionInfo/",
    "/fa/VersionInfo%00",
    "/fa/VersionInfo%00/page.js",
    "/fa/VersionInfo;/page.js",
    "/fa/VersionInfo?/page.js",
    "/fa/VersionInfo#/page.js",
    "/fa\\VersionInfo",
    "/FA/VersionInfo",
    "/dwt/dwt_1/img/../doc?id=test",
    "/dwt/dwt_1/img%2f..%2fdoc?id=test",
    "/dwt/dwt_1/events?id=test",
    "/api/events",
]
OUTSIDE = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/..%5c..%5cetc%5cpasswd",
    "/page/../../daemon/sheetfed/app.py",
    "//etc/passwd",
    "/page.js%00.html",
    "/.git/config",
    "/package.json",
    "/node_modules/x.js",
    "/" + "a/" * 2000,
]
MARK = b"GET /fa/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
SMUGGLED = {
    "length and chunks": b"Content-Length: %(size)d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: %(size)d\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: %(size)d\r\n\r\n",
    "two lengths in one": b"Content-Length: 0, %(size)d\r\n\r\n",
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length in hex": b"Content-Length: 0x0\r\n\r\n",
    "a length with a space in it": b"Content-Length: 0 0\r\n\r\n",
    "a length with a space before its colon": b"Content-Length : 0\r\n\r\n",
    "a coding with a space before its colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked but not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a coding behind a fold": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 0\r\n\r\n",
    "a chunk's size with a sign": b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
    "a chunk's size in hex": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "a chunk without an end": b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd0\r\n\r\n",
    "a chunk larger than any number": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "a header with a null": b"X: a\0b\r\n\r\n",
    "a header's name with a null": b"Content\0Length: 0\r\n\r\n",
    "a bare carriage return": b"X: a\rContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("path", WAYS_ROUND)
def test_no_spelling_of_a_path_leads_a_navigation_past_the_page(target: Target, path: str) -> None:
    refused = target.ask("GET", path, **NAVIGATION)
    assert (refused.status, refused.code) in [
        (403, "origin-not-granted"),
        (404, "not-found"),
        (400, "invalid-parameter"),
    ]


@pytest.mark.parametrize("path", WAYS_ROUND)
def test_no_spelling_of_a_path_spares_a_refused_origin(target: Target, path: str) -> None:
    for method in ("GET", "POST"):
        refused = target.ask(method, path, Origin="https://evil.example")
        assert (refused.status, refused.code) in [
            (403, "origin-not-granted"),
            (400, "invalid-parameter"),
        ]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_the_pages_files(target: Target, path: str) -> None:
    refused = target.ask("GET", path)
    assert (refused.status, refused.code) in [(404, "not-found"), (400, "invalid-parameter")]


@pytest.mark.parametrize("how", SMUGGLED)
def test_a_request_that_can_be_cut_in_two_ways_is_refused_and_ends_its_connection(
    target: Target, how: str
) -> None:
    mark = MARK % target.port
    head = b"POST /f/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % target.port
    said = target.exchange(head + SMUGGLED[how].replace(b"%(size)d", b"%d" % len(mark)) + mark)
    assert said.startswith(b"HTTP/1.0 400 "), said
    assert said.count(b"HTTP/1.") == 1
    assert b'"64"' not in said


def test_two_honest_requests_in_a_row_are_two_answers(target: Target) -> None:
    head = b"POST /f/VersionInfo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % target.port
    for body in (b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
        assert target.exchange(head + body + MARK % target.port).count(b"HTTP/1.1 ") == 2


@pytest.mark.parametrize(
    "line",
    [
        "GET /fa/VersionInfo\r\n",
        "GET /fa/VersionInfo HTTP/2.0\r\n",
        "GET /fa/VersionInfo HTTP/1.10\r\n",
        "PRI * HTTP/2.0\r\n",
        "CONNECT 127.0.0.1:22 HTTP/1.1\r\n",
        "GET\t/fa/VersionInfo HTTP/1.1\r\n",
        "\x16\x03\x01\x02\r\n",
        "SSH-2.0-x\r\n",
        "EHLO evil.example\r\n",
        "*1\r\n$4\r\nPING\r\n",
    ],
)
def test_what_is_not_quite_http_does_nothing(target: Target, line: str) -> None:
    sent = f"{line}Host: 127.0.0.1:{target.port}\r\nConnection: close\r\n\r\n"
    said = target.first(sent.encode("latin-1"))
    assert b'"64"' not in said
    assert said[9:12] in (b"400", b"403", b"404", b"405", b"421", b""), said


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GETX", "get", "DELETE", "PUT"])
def test_no_other_method_does_what_a_post_does(target: Target, method: str) -> None:
    body = json.dumps({"id": "verbs", "parameter": [{"paper_source": "flatbed"}]}).encode()
    for more in (
        {},
        {"X_HTTP_Method_Override": "POST"},
        {"X_HTTP_Method": "POST"},
        {"X_Method_Override": "POST"},
    ):
        refused = target.ask(method, "/f/AcquireImage", body, **more)
        assert refused.status in (400, 404, 405)
    refused = target.ask("GET", "/f/AcquireImage?_method=POST&id=verbs")
    assert refused.status == 405
    assert target.result("HowManyImagesInBuffer", instance="verbs") == [0]


@pytest.mark.parametrize("where", ["type", "id", "indices", "compression", "title", "file_name"])
def test_nothing_that_is_asked_for_becomes_a_header_or_markup(target: Target, where: str) -> None:
    target.result("AcquireImage", {"paper_source": "flatbed"}, instance="words")
    words = {"id": "words", "type": "pdf", where: "pdf%0d%0aSet-Cookie:%20a=b%0d%0a%0d%0a<script>"}
    query = "&".join(f"{name}={value}" for name, value in words.items())
    answered = target.ask("GET", f"/dwt/dwt_1/doc?{query}")
    assert "set-cookie" not in answered.headers
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert answered.headers["content-type"].split(";")[0] in ("application/json", "application/pdf")


def test_what_is_echoed_is_never_markup(target: Target) -> None:
    for words in ({"cmdId": "<script>"}, {"id": "<script>"}, {"method": "<script>"}):
        body = json.dumps({"id": "test", **words}).encode()
        answered = target.ask("POST", "/f/VersionInfo", body)
        assert answered.headers["content-type"].split(";")[0] == "application/json"
        assert answered.headers["x-content-type-options"] == "nosniff"


def test_a_thousand_event_streams_of_one_origin_leave_room_for_everybody_else(
    target: Target,
) -> None:
    """More than its share, by a way past the browser's limit of connections."""
    sent = target.request("GET", "/api/events", Origin=GRANTED)
    refused = 0
    with ExitStack() as held:
        for _ in range(STREAMS):
            connection = socket.create_connection(("127.0.0.1", target.port), timeout=10)
            with ExitStack() as ends:
                ends.enter_context(connection)
                connection.sendall(sent)
                head = connection.recv(100)
                if b" 200 " in head:
                    held.push(ends.pop_all())
                    continue
                assert b" 429 " in head
                refused += 1
        assert STREAMS - refused == 250
        assert target.result("HowManyImagesInBuffer", Origin=OTHER_GRANTED) == [0]
        assert target.ask("GET", "/").status == 200
        other = target.request("GET", "/api/events", Origin=OTHER_GRANTED)
        with socket.create_connection(("127.0.0.1", target.port), timeout=10) as connection:
            connection.sendall(other)
            assert b" 200 " in connection.recv(100)


def test_a_flood_of_pipelined_calls_is_answered_in_its_turn(target: Target) -> None:
    sent = target.request("GET", "/fa/VersionInfo", Connection="keep-alive") * 500
    with socket.create_connection(("127.0.0.1", target.port), timeout=10) as connection:
        connection.sendall(sent + target.request("GET", "/fa/VersionInfo"))
        assert target.result("VersionInfo")
        assert received(connection).count(b"HTTP/1.1 200 ") == 501
