"""The sender: what it sends, and servers that are kind, slow, dying and rude."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from fakes.gate import until
from fakes.receiver import Receiver, running_receiver
from fakes.sent import FILE, POST, sent, to
from sheetfed.core.errors import DamagedImage
from sheetfed.core.uploads import Reply, Undelivered
from sheetfed.web.uploading import content
from sheetfed.web.uploading.sender import HttpSender
from sheetfed.web.uploading.trust import Trust


async def test_a_put_is_the_file_alone(receiver: Receiver) -> None:
    told: list[int] = []
    reply = await sent(to(f"{receiver.origin}/in/scan.pdf?box=1%2F2"), told=told)
    assert reply == Reply(200, "thank you")
    (arrived,) = receiver.arrived
    assert (arrived.method, arrived.path) == ("PUT", "/in/scan.pdf?box=1%2F2")
    assert arrived.body == FILE
    assert arrived.headers["Content-Type"] == "application/pdf"
    assert arrived.headers["Content-Length"] == str(len(FILE))
    assert "Cookie" not in arrived.headers
    assert told == sorted(told)
    assert told[-1] == len(FILE)
    assert len(told) == -(-len(FILE) // content.PIECE_BYTES)


async def test_a_post_is_a_form_with_the_fields_before_the_file(receiver: Receiver) -> None:
    upload = replace(
        to(f"{receiver.origin}/in", POST),
        fields=(("case", "4711"), ('quo"te\r\nname', "line\r\nline"), ("ümlaut", "größe")),
        file_name='the "scan".pdf',
        headers=(("Authorization", "Bearer abc"), ("X-Case", "4711")),
    )
    await sent(upload)
    (arrived,) = receiver.arrived
    assert arrived.method == "POST"
    assert [name for name, _ in arrived.fields][-1] == "RemoteFile"
    assert ("case", "4711") in arrived.fields
    assert ("ümlaut", "größe") in arrived.fields
    assert "line\r\nline" in dict(arrived.fields).values()
    assert arrived.file == FILE
    assert arrived.file_type == "application/pdf"
    assert (arrived.headers["Authorization"], arrived.headers["X-Case"]) == ("Bearer abc", "4711")
    assert int(arrived.headers["Content-Length"]) > len(FILE)
    assert "Transfer-Encoding" not in arrived.headers


async def test_the_environment_names_no_proxy_and_no_password(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy the address that was checked would not be the one that is connected to."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login root password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await sent(to(receiver.origin))
    (arrived,) = receiver.arrived
    assert "Authorization" not in arrived.headers


async def test_another_address_of_this_machine_is_reached(tmp_path: Path) -> None:
    async with running_receiver("127.0.0.2") as receiver:
        assert (await sent(to(receiver.origin))).is_success


async def test_a_server_that_is_not_there_has_not_been_sent_to() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Undelivered) as lost:
            await sent(to(f"http://127.0.0.1:{port}/"))
    assert lost.value.reason == "the server cannot be reached"
    assert not lost.value.may_have_arrived


@asynccontextmanager
async def rude_server(take_bytes: int, *, closes: bool, says: bytes = b"") -> AsyncIterator[str]:
    """It reads so much, says that, and closes the connection, or keeps it and is silent."""
    stop, done = asyncio.Event(), asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(take_bytes)
        writer.write(says)
        if closes:
            await writer.drain()
        else:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await stop.wait()
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
        done.set()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, limit=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        stop.set()
        await asyncio.wait_for(done.wait(), 5)
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("take_bytes", [1, 100_000])
async def test_a_server_that_dies_may_have_got_it(take_bytes: int) -> None:
    async with rude_server(take_bytes, closes=True) as url:
        with pytest.raises(Undelivered) as lost:
            await sent(to(url), file=FILE * 20)
        assert lost.value.may_have_arrived


async def test_a_server_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "STALLED_S", 0.2)
    async with rude_server(1000, closes=False) as url:
        with pytest.raises(Undelivered) as lost:
            await sent(to(url), file=FILE * 20)
        assert lost.value.reason == "the server did not take it or answer in time"


async def test_a_server_that_does_not_answer_is_given_up(receiver: Receiver) -> None:
    asked = receiver.fall_silent()
    with pytest.raises(Undelivered) as lost:
        await sent(to(receiver.origin), timeout_s=1.5, file=b"short")
    assert asked.is_set()
    assert lost.value.may_have_arrived


async def test_a_server_that_has_heard_enough_is_heard() -> None:
    """Its answer, or that the connection broke: which comes first is the network's."""
    enough = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    async with rude_server(1000, closes=True, says=enough) as url:
        (outcome,) = await asyncio.gather(sent(to(url), file=FILE * 20), return_exceptions=True)
    if isinstance(outcome, Reply):
        assert outcome.status == 413
    else:
        assert isinstance(outcome, Undelivered)
        assert outcome.may_have_arrived


async def test_a_file_that_cannot_be_read_is_not_the_servers_fault(receiver: Receiver) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise DamagedImage
            return super().read(size)

    http = HttpSender(trust=Trust(), timeout_s=15.0)
    with pytest.raises(DamagedImage):
        await http.send(to(receiver.origin), Torn(FILE), len(FILE), lambda _: None)
    assert receiver.files == []


async def test_one_that_is_called_off_closes_its_connection(receiver: Receiver) -> None:
    gone = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await until(lambda: request.transport is None or request.transport.is_closing())
        gone.set()
        raise ConnectionError

    receiver.answers = [silent]
    sending = asyncio.create_task(sent(to(receiver.origin)))
    await until(lambda: receiver.arrived)
    sending.cancel()
    await asyncio.wait({sending})
    assert sending.cancelled()
    await asyncio.wait_for(gone.wait(), 5)
