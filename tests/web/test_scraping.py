"""Scraping: metrics at an address of their own."""

import asyncio
import socket
import stat
from pathlib import Path

import aiohttp
import pytest

from sheetfed.web.scraping import Scraping

LOOPBACK = ("127.0.0.1", 0)


def page() -> bytes:
    return b"sheetfed_info 1\n"


async def test_it_is_told_at_an_address_of_loopback() -> None:
    scraping = Scraping(listen=LOOPBACK, page=page)
    await scraping.start()
    try:
        async with aiohttp.ClientSession() as client:
            async with client.get(scraping.endpoint) as answer:
                assert (answer.status, await answer.read()) == (200, page())
                assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
                assert answer.headers["Cache-Control"] == "no-store"
            for method, path, headers, status in (
                ("HEAD", "/metrics", {}, 200),
                ("POST", "/metrics", {}, 405),
                ("GET", "/", {}, 404),
                ("GET", "/metrics", {"Host": "evil.example"}, 421),
                ("GET", "/metrics", {"Origin": "https://evil.example"}, 403),
                ("GET", "/metrics", {"Sec-Fetch-Site": "none"}, 403),
            ):
                url = scraping.endpoint.replace("/metrics", path)
                async with client.request(method, url, headers=headers) as answer:
                    assert answer.status == status, (method, path, headers)
    finally:
        await scraping.close()


async def test_it_is_told_at_a_unix_socket_of_its_group(tmp_path: Path) -> None:
    path = tmp_path / "metrics"
    with socket.socket(socket.AF_UNIX) as earlier:
        earlier.bind(str(path))  # as a daemon leaves it that was killed
    scraping = Scraping(listen=path, page=page)
    await scraping.start()
    try:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        connector = aiohttp.UnixConnector(str(path))
        async with (
            aiohttp.ClientSession(connector=connector) as client,
            client.get("http://sheetfed/metrics") as answer,
        ):
            assert (answer.status, await answer.read()) == (200, page())
        with pytest.raises(OSError, match="somebody listens there"):
            await Scraping(listen=path, page=page).start()
        await asyncio.sleep(0.01)  # until it is seen that the other has gone
    finally:
        await scraping.close()
    assert not path.exists()


async def test_another_file_in_its_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("mine")
    scraping = Scraping(listen=path, page=page)
    with pytest.raises(OSError, match="another file"):
        await scraping.start()
    await scraping.close()
    assert path.read_text() == "mine"
