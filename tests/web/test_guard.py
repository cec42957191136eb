"""The guard: who is let in, in the order of the protocol's rules, and what answers carry."""

import asyncio
from pathlib import Path

import pytest

from fakes.core import ORIGIN
from fakes.door import UID, OpenDoor, open_door, raw_request
from sheetfed.web import identity


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.2:{port}"])
async def test_another_host_is_misdirected(door: OpenDoor, host: str) -> None:
    status, body = await door.call("GetDevices", Host=host.format(port=door.port))
    assert (status, body["error"]["code"]) == (421, "wrong-host")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_every_name_of_loopback_is_served_with_our_port(door: OpenDoor, host: str) -> None:
    status, _ = await door.call("HowManyImagesInBuffer", Host=f"{host}:{door.port}")
    assert status == 200


async def test_a_configured_alias_is_served(tmp_path: Path) -> None:
    async with open_door(tmp_path, aliases=("scan.example.org",)) as door:
        host = f"scan.example.org:{door.port}"
        status, _ = await door.call("HowManyImagesInBuffer", Host=host)
        assert status == 200


async def test_two_hosts_are_refused(door: OpenDoor) -> None:
    request = (
        f"POST /f/GetDevices HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\n"
        "Host: evil.example\r\nContent-Length: 2\r\n\r\n{}"
    )
    answer = await asyncio.to_thread(raw_request, door.port, request.encode())
    assert answer.status in (400, 421)


async def test_names_of_headers_without_end_are_not_remembered(door: OpenDoor) -> None:
    kept = identity._told_by.cache_info().currsize
    for number in range(3):
        status, _ = await door.call("HowManyImagesInBuffer", **{f"X-{'a' * 3000}{number}": "1"})
        assert status == 200
    assert identity._told_by.cache_info().currsize == kept
    status, body = await door.call("GetDevices", **{"a" * 3000: "1", "Via": "1.1 proxy"})
    assert (status, body["error"]["code"]) == (421, "wrong-host")


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via"])
async def test_a_proxy_is_refused(door: OpenDoor, header: str) -> None:
    async with door.http.post(
        f"{door.base}/f/GetDevices", json={}, headers={header: "for=1.2.3.4"}
    ) as answer:
        assert answer.status == 421


async def test_a_service_worker_is_refused(door: OpenDoor) -> None:
    async with await door.get("/page.js", Service_Worker="script") as answer:
        assert answer.status == 403


async def test_a_peer_without_a_known_user_gets_no_answer(tmp_path: Path) -> None:
    async with open_door(tmp_path, peer_uid=lambda _: None) as door:
        with pytest.raises((ConnectionError, OSError, asyncio.IncompleteReadError)):
            await asyncio.to_thread(raw_request, door.port, b"GET / HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://app.example.org",
        "https://app.example.org:444",
        "https://app.example.org.",
        "https://APP.example.org",
        "http://127.0.0.1:1",
    ],
)
async def test_an_origin_that_is_not_granted_is_refused_without_cors(
    door: OpenDoor, origin: str
) -> None:
    async with door.http.post(
        f"{door.base}/f/GetDevices", data="{}", headers={"Origin": origin}
    ) as answer:
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "origin-not-granted"
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_a_refused_origin_changes_nothing(door: OpenDoor) -> None:
    status, _ = await door.call("AcquireImage", Origin="https://evil.example")
    assert status == 403
    assert door.core.devices.calls == ["survey"]


async def test_a_granted_origin_reads_its_answers(door: OpenDoor) -> None:
    async with door.http.post(
        f"{door.base}/f/GetDevices", data="{}", headers={"Origin": ORIGIN}
    ) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Vary"] == "Origin"


async def test_a_granted_origin_reads_its_errors(door: OpenDoor) -> None:
    async with door.http.post(
        f"{door.base}/f/Nothing", data="{}", headers={"Origin": ORIGIN}
    ) as answer:
        assert answer.status == 404
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_a_preflight_of_a_granted_origin_is_answered(door: OpenDoor) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Private-Network": "true",
    }
    async with door.http.options(f"{door.base}/f/GetDevices", headers=headers) as answer:
        assert answer.status == 204
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_no_other_preflight_lets_a_page_in(
    door: OpenDoor, headers: dict[str, str], status: int
) -> None:
    async with door.http.options(f"{door.base}/f/GetDevices", headers=headers) as answer:
        assert answer.status == status
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Methods" not in answer.headers


async def test_two_origins_with_the_same_instance_have_two_buffers(door: OpenDoor) -> None:
    await door.call("AcquireImage", Origin=ORIGIN)
    _, own = await door.call("HowManyImagesInBuffer", Origin=ORIGIN)
    _, program = await door.call("HowManyImagesInBuffer")
    assert (own["result"], program["result"]) == ([1], [0])


async def test_our_own_page_counts_as_no_origin(door: OpenDoor) -> None:
    await door.call("AcquireImage")
    _, by_origin = await door.call("HowManyImagesInBuffer", Origin=door.base)
    _, by_site = await door.call("HowManyImagesInBuffer", Sec_Fetch_Site="same-origin")
    assert (by_origin["result"], by_site["result"]) == ([1], [1])


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site"])
async def test_a_browser_without_an_origin_may_not_call(door: OpenDoor, site: str) -> None:
    status, _ = await door.call("GetDevices", Sec_Fetch_Site=site)
    assert status == 403


async def test_a_navigation_may_show_the_page_and_its_files_alone(door: OpenDoor) -> None:
    navigation = {
        "Sec_Fetch_Site": "cross-site",
        "Sec_Fetch_Mode": "navigate",
        "Sec_Fetch_Dest": "document",
    }
    async with await door.get("/", **navigation) as answer:
        assert answer.status == 200
    async with await door.get("/fa/VersionInfo", **navigation) as answer:
        assert answer.status == 403
    async with await door.get("/page.js", Sec_Fetch_Site="cross-site") as answer:
        assert answer.status == 403


async def test_the_page_may_not_be_framed_and_loads_nothing_from_elsewhere(
    door: OpenDoor,
) -> None:
    async with await door.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Server"] == "sheetfed"


async def test_a_file_that_the_browser_has_is_not_sent_again(door: OpenDoor) -> None:
    async with await door.get("/page.js") as answer:
        etag = answer.headers["ETag"]
    async with await door.get("/page.js", If_None_Match=etag) as answer:
        assert answer.status == 304


async def test_a_user_whom_scan_does_not_name_may_not_use_scanners(tmp_path: Path) -> None:
    async with open_door(tmp_path, scan_rules=("root",), rules={"root": {0}}) as door:
        for method in ("GetDevices", "GetSourceNames", "GetCapabilities", "AcquireImage"):
            status, body = await door.call(method)
            assert (status, body["error"]["code"]) == (403, "not-allowed"), method


async def test_an_unexpected_error_tells_a_number_and_nothing_else(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(door.core.documents, "buffer", broken)
    status, body = await door.call("HowManyImagesInBuffer")
    assert (status, body["error"]["code"]) == (500, "internal-error")
    assert "secret" not in str(body)
    number = body["error"]["details"]["request"]
    assert any(number in record.getMessage() and record.exc_info for record in caplog.records)


async def test_a_lookup_that_fails_refuses_its_connection_and_no_other(tmp_path: Path) -> None:
    answers: list[int | None] = [None, UID]

    def peer_uid(_: object) -> int | None:
        if (answer := answers.pop(0)) is None:
            raise ZeroDivisionError
        return answer

    async with open_door(tmp_path, peer_uid=peer_uid) as door:
        with pytest.raises((ConnectionError, OSError)):
            await asyncio.to_thread(raw_request, door.port, b"GET / HTTP/1.1\r\n\r\n")
        status, _ = await door.call("HowManyImagesInBuffer")
        assert status == 200
