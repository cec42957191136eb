"""HTTP where TLS is spoken: it is answered, so that a page knows that somebody is there."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from fakes.certificates import Pair, shown
from sheetfed.web import listener as listening
from sheetfed.web.entrances import Entrance, bind
from sheetfed.web.listener import Guests, Listener


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    """Where TLS is spoken."""
    pair = await asyncio.to_thread(Pair.written, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, pair.certificate, pair.key)
    listener = Listener(
        entrance=Entrance(bind("127.0.0.1", 0), lambda: context),
        protocol=asyncio.Protocol,
        peer_uid=lambda _: 1000,
        guests=Guests(at_most=100),
    )
    listener.start()
    yield listener.port
    await listener.close()


async def test_http_is_told_that_this_is_https(port: int) -> None:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/fa/VersionInfo") as answer,
    ):
        assert answer.status == 400
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert await answer.text() == "This is an HTTPS address.\n"


async def test_tls_is_spoken_as_ever_also_when_it_begins_late(port: int) -> None:
    assert await shown(port)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await writer.start_tls(context, server_hostname="127.0.0.1")
    assert writer.get_extra_info("ssl_object") is not None
    writer.close()
    await writer.wait_closed()


async def test_who_says_nothing_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "TLS_DEADLINE_S", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_who_goes_without_a_word_leaves_nothing_behind(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    await writer.wait_closed()
    assert await shown(port)
