"""Packed bodies: a call that is compressed is what it was before, and no bomb."""

import gzip
import tracemalloc
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import pieces
from fakes.door import LIMITS, OpenDoor, open_door


@pytest.mark.parametrize("path", ["/f/VersionInfo", "/dwt/dwt_1/load?id=a"])
async def test_a_body_that_is_packed_in_another_way_is_refused(door: OpenDoor, path: str) -> None:
    for coding in ("br", "zstd", "gzip, gzip", "nonsense"):
        headers = {"Content-Encoding": coding}
        async with door.http.post(door.base + path, data=b"x", headers=headers) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["details"]["name"] == "Content-Encoding"


async def test_a_packed_call_is_what_it_was_before(door: OpenDoor) -> None:
    text = b'{"id": "packed", "cmdId": "' + b"x" * 1000 + b'"}'
    for coding, content in (
        ("gzip", gzip.compress(text, mtime=0)),
        ("deflate", zlib.compress(text)),
        ("identity", text),
    ):
        headers = {"Content-Encoding": coding}
        url = f"{door.base}/f/VersionInfo"
        async with door.http.post(url, data=pieces.body(content), headers=headers) as answer:
            assert (await answer.json())["id"] == "packed"


@pytest.mark.parametrize(
    "content",
    [b"x", gzip.compress(b"{}", mtime=0)[:-4], gzip.compress(b"{}", mtime=0) + b"more", b""],
)
async def test_what_is_not_packed_to_its_end_is_a_bad_request(
    door: OpenDoor, content: bytes
) -> None:
    headers = {"Content-Encoding": "gzip"}
    url = f"{door.base}/f/VersionInfo"
    async with door.http.post(url, data=pieces.body(content), headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]["code"] == "invalid-parameter"


@pytest.mark.parametrize("path", ["/f/VersionInfo", "/dwt/dwt_1/load?id=a"])
async def test_a_bomb_is_unpacked_no_further_than_what_is_taken(tmp_path: Path, path: str) -> None:
    bomb = gzip.compress(b" " * 200_000_000, mtime=0)
    tracemalloc.start()
    try:
        async with open_door(tmp_path, limits=replace(LIMITS, file_bytes=1 << 20)) as door:
            headers = {"Content-Encoding": "gzip"}
            tracemalloc.reset_peak()
            async with door.http.post(
                door.base + path, data=pieces.body(bomb), headers=headers
            ) as answer:
                assert answer.status == 413
            assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
