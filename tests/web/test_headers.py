"""What answers carry, and that every address tells what may be asked of it."""

import re
from pathlib import Path

import pytest

from fakes.core import ORIGIN, FakeCore
from fakes.door import OpenDoor, assembled
from fakes.incoming import FolderIncoming

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
WITHOUT_HEAD = (
    "/events",  # a stream has no end
    "/next-page",  # it takes the page off
    "/next-page-info",
    "/NextDocument",
    "/scanner/",  # it asks the scanner
)


def addresses(folder: Path) -> dict[str, set[str]]:
    """One address of every route, and what may be asked of it."""
    found: dict[str, set[str]] = {}
    door = assembled(FakeCore.assemble(folder), FolderIncoming(folder))
    for pattern, methods in door.routes.every():
        path = pattern.pattern.partition("|")[0]
        for written, instead in (
            (r"\(\?P<\w+>\[[^\]]*\]+(\{[^}]*\})?\)", "x1"),
            (r"\(\?P<\w+>(\w+)\)", r"\1"),
            (r"\\d\{1,12\}", "1"),
            (r".\?", ""),
            (r"\\(.)", r"\1"),
        ):
            path = re.sub(written, instead, path)
        assert pattern.fullmatch(path), (pattern, path)
        found.setdefault(path, set()).update(methods)
    return found


async def test_every_address_says_what_may_be_asked_of_it(door: OpenDoor, tmp_path: Path) -> None:
    for path, methods in addresses(tmp_path).items():
        async with door.http.options(door.base + path) as answer:
            assert answer.status == 204, path
            allowed = set(answer.headers["Allow"].split(", "))
            assert methods <= allowed, path
            assert "OPTIONS" in allowed
            assert "Access-Control-Allow-Origin" not in answer.headers
        for method in CHANGING - allowed:
            async with door.http.request(method, door.base + path) as answer:
                assert answer.status == 405, (method, path)
                assert set(answer.headers["Allow"].split(", ")) | {"OPTIONS"} == allowed


async def test_what_can_be_had_by_get_can_be_had_by_head(tmp_path: Path) -> None:
    for path, methods in addresses(tmp_path).items():
        if "GET" in methods:
            is_odd = any(part in path for part in WITHOUT_HEAD)
            assert ("HEAD" in methods) is not is_odd, path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/page.js",
        "/fa/VersionInfo",
        "/api/access",
        "/api/server/version",
        "/dwt/dwt_1/img?id=test&index=0",
        "/dwt/dwt_1/img?id=test&index=0&width=9",
        "/dwt/dwt_1/doc?id=test",
        "/dwt/dwt_1/doc?id=test&type=jpeg",
        "/dwt/dwt_1/img?id=none&index=0",
    ],
)
async def test_head_is_get_without_its_body(door: OpenDoor, path: str) -> None:
    await door.result("AcquireImage")
    async with door.http.get(door.base + path) as answer:
        whole = (answer.status, *map(answer.headers.get, ("ETag", "Content-Type", "Allow")))
        body = await answer.read()
        length = answer.headers["Content-Length"]
    async with door.http.head(door.base + path) as answer:
        assert whole == (answer.status, *map(answer.headers.get, ("ETag", "Content-Type", "Allow")))
        assert await answer.read() == b""
        assert answer.headers["Content-Length"] == length == str(len(body))


async def test_a_preflight_comes_before_the_address_is_looked_at_for_nobody(
    door: OpenDoor, tmp_path: Path
) -> None:
    """Pages of granted origins may ask everywhere, others nowhere but for permission."""
    for path in addresses(tmp_path):
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
        async with door.http.options(door.base + path, headers=asked) as answer:
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
            assert answer.headers["Vary"] == "Origin"
        asked["Origin"] = "https://evil.example"
        async with door.http.options(door.base + path, headers=asked) as answer:
            is_asking = path.startswith("/api/access") and "origins" not in path
            assert answer.status == (204 if is_asking else 403), path


async def test_there_is_nothing_to_ask_where_nothing_is(door: OpenDoor) -> None:
    async with door.http.options(f"{door.base}/nothing") as answer:
        assert answer.status == 404


async def test_a_picture_is_kept_by_the_browser_that_asked_and_asked_about_again(
    door: OpenDoor,
) -> None:
    await door.result("AcquireImage")
    path = "/dwt/dwt_1/img?id=test&index=0&width=100"
    async with await door.get(path) as answer:
        etag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Last-Modified" not in answer.headers
    async with await door.get(path, If_None_Match=f'"other", {etag}') as answer:
        assert (answer.status, await answer.read()) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert answer.headers["Cache-Control"] == "private, no-cache"
    await door.result("RotateLeft", 0)
    async with await door.get(path, If_None_Match=etag) as answer:
        assert answer.status == 200


async def test_every_answer_is_what_it_says_it_is_and_does_not_say_who_made_it(
    door: OpenDoor,
) -> None:
    for path in ("/", "/fa/VersionInfo", "/nothing", "/f/GetDevices", "/dwt/dwt_1/doc?id=none"):
        async with await door.get(path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Server"] == "sheetfed"
            assert answer.headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
            assert answer.headers["Cache-Control"]
