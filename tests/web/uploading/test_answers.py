"""Answers of servers: read as far as they are kept, as text, whatever they are."""

import asyncio
from contextlib import suppress

import pytest
from aiohttp import web

from fakes.receiver import Receiver, said
from fakes.sent import sent, to
from sheetfed.core.uploads import Undelivered
from sheetfed.web.uploading import sender


async def test_the_answer_is_read_as_far_as_it_is_kept(receiver: Receiver) -> None:
    receiver.answers = [said(201, "ü" * 100_000, Content_Type="text/plain; charset=utf-8")]
    reply = await sent(to(receiver.origin))
    assert reply.status == 201
    assert len(reply.body.encode()) <= sender.REPLY_AT_MOST_BYTES
    assert reply.body.startswith("üüü")


@pytest.mark.parametrize("charset", ["latin-1", "no-such"])
async def test_an_answer_in_any_charset_is_text(receiver: Receiver, charset: str) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": f"text/plain; charset={charset}", "Retry-After": "7"}
        return web.Response(body="größe".encode("latin-1"), headers=headers, status=503)

    receiver.answers = [answer]
    reply = await sent(to(receiver.origin))
    assert reply.body in ("größe", "gr��e")
    assert (reply.status, reply.retry_after_s) == (503, 7.0)


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "unicode_escape", "undefined"])
async def test_an_answer_in_what_is_no_charset_of_the_webs_is_text_all_the_same(
    receiver: Receiver, charset: str
) -> None:
    """Some decoders take seconds, some fail, some make halves of characters."""
    text = "+2AA- \\ud800 " + "-a" * 10

    async def answer(_: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": f"text/plain; charset={charset}"}
        return web.Response(body=text.encode(), headers=headers)

    receiver.answers = [answer]
    assert (await sent(to(receiver.origin))).body == text


async def test_an_answer_without_end_is_read_as_far_as_it_is_kept(receiver: Receiver) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"more" * 50_000)

    receiver.answers = [answer]
    assert (await sent(to(receiver.origin))).body == "more" * (sender.REPLY_AT_MOST_BYTES // 4)


async def test_a_server_that_says_without_end_that_it_will_answer_is_given_up() -> None:
    said_bytes = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal said_bytes
        await reader.readuntil(b"\r\n\r\n")
        with suppress(ConnectionError):
            while said_bytes < 200_000_000:
                writer.write(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)
                said_bytes += 27_000
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Undelivered) as lost:
            await sent(to(f"http://127.0.0.1:{port}/"))
    assert lost.value.may_have_arrived
    assert said_bytes < 50_000_000


async def test_a_bomb_in_the_answers_encoding_stays_packed(receiver: Receiver) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"\0" * 50_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    receiver.answers = [answer]
    reply = await sent(to(receiver.origin))
    assert receiver.arrived[0].headers["Accept-Encoding"] == "identity"
    assert len(reply.body) <= sender.REPLY_AT_MOST_BYTES
