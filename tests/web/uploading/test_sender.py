"""The sender: real servers on this machine, kind, slow, dying and hostile ones."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from fakes.authority import Authority
from fakes.gate import until
from fakes.receiver import Receiver, running_receiver, said
from sheetfed.core.errors import DamagedImage, UploadFailed, UploadRefused
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.targets import parse
from sheetfed.core.uploads import Reply, Undelivered, Upload, UploadMethod
from sheetfed.web.uploading import content, lookup, sender
from sheetfed.web.uploading.sender import HttpSender
from sheetfed.web.uploading.trust import Trust

FILE = b"%PDF-1.4 " + bytes(range(256)) * 4096
PUT = Upload(
    target=parse("url", "http://127.0.0.1/"),
    method=UploadMethod.PUT,
    image_type=ImageType.PDF,
    options=ExportOptions(),
    file_name="scan.pdf",
    field_name="RemoteFile",
)
POST = replace(PUT, method=UploadMethod.POST)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with running_receiver() as running:
        yield running


def to(url: str, upload: Upload = PUT) -> Upload:
    return replace(upload, target=parse("url", url))


async def sent(
    upload: Upload,
    *,
    file: bytes = FILE,
    trust: Trust | None = None,
    timeout_s: float = 15.0,
    look_up: lookup.Lookup = lookup.system,
    told: list[int] | None = None,
) -> Reply:
    http = HttpSender(trust=trust or Trust(), timeout_s=timeout_s, look_up=look_up)
    hear = (told if told is not None else []).append
    return await http.send(upload, io.BytesIO(file), len(file), hear)


def knowing(**names: Sequence[Sequence[str]]) -> lookup.Lookup:
    """A name server: each name has these addresses at first, then the next, then no other."""
    left = {name.replace("_", "."): list(answers) for name, answers in names.items()}

    async def look_up(host: str, _: int) -> Sequence[str]:
        if not left.get(host):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return left[host].pop(0) if len(left[host]) > 1 else left[host][0]

    return look_up


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


async def test_a_bomb_in_the_answers_encoding_stays_packed(receiver: Receiver) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"\0" * 50_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    receiver.answers = [answer]
    reply = await sent(to(receiver.origin))
    assert receiver.arrived[0].headers["Accept-Encoding"] == "identity"
    assert len(reply.body) <= sender.REPLY_AT_MOST_BYTES


async def test_another_address_of_this_machine_is_reached(tmp_path: Path) -> None:
    async with running_receiver("127.0.0.2") as receiver:
        assert (await sent(to(receiver.origin))).is_success


async def test_a_server_of_a_trusted_authority_is_sent_to(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with running_receiver(tls=authority.server("127.0.0.1")) as receiver:
        assert (await sent(to(receiver.origin), trust=Trust(authority.certificate))).is_success
        assert receiver.files == [FILE]


async def test_the_name_and_not_the_address_is_what_is_certified(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("dev.localhost")
    async with running_receiver(tls=tls, name="dev.localhost") as receiver:
        reply = await sent(
            to(receiver.origin),
            trust=Trust(authority.certificate),
            look_up=knowing(dev_localhost=[["127.0.0.1"]]),
        )
        assert reply.is_success
        assert receiver.arrived[0].headers["Host"] == f"dev.localhost:{receiver.port}"


@pytest.mark.parametrize("is_known", [True, False], ids=["other name", "other authority"])
async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    tmp_path: Path, is_known: bool
) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("other.example" if is_known else "127.0.0.1")
    async with running_receiver(tls=tls) as receiver:
        with pytest.raises(UploadFailed) as failed:
            await sent(
                to(receiver.origin), trust=Trust(authority.certificate) if is_known else None
            )
        assert failed.value.details["reason"] == "certificate"
        assert receiver.arrived == []


async def test_a_server_without_tls_gets_nothing_by_https(receiver: Receiver) -> None:
    with pytest.raises(UploadFailed) as failed:
        await sent(to(receiver.origin.replace("http", "https")))
    assert failed.value.details["reason"] == "tls"
    assert receiver.arrived == []


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_within_the_origin_is_followed_with_the_file(
    receiver: Receiver, status: int
) -> None:
    receiver.at["/old"] = said(status, Location="/new")
    assert (await sent(to(f"{receiver.origin}/old", POST))).is_success
    assert [request.path for request in receiver.arrived] == ["/old", "/new"]
    assert receiver.files == [FILE, FILE]


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (303, UploadMethod.POST, "GET"),
        (303, UploadMethod.PUT, "GET"),
        (302, UploadMethod.POST, "GET"),
        (301, UploadMethod.PUT, "PUT"),
    ],
)
async def test_a_form_that_is_answered_elsewhere_is_looked_at_there(
    receiver: Receiver, status: int, method: UploadMethod, then: str
) -> None:
    receiver.at["/in"] = said(status, Location="/thanks")
    receiver.at["/thanks"] = said(200, "filed")
    upload = replace(to(f"{receiver.origin}/in", POST), method=method)
    assert await sent(upload) == Reply(200, "filed")
    assert receiver.arrived[-1].method == then


async def test_a_redirect_to_another_origin_is_refused_and_gets_nothing(
    receiver: Receiver,
) -> None:
    async with running_receiver("127.0.0.2") as other:
        for location in (f"{other.origin}/in", f"//{other.host}:{other.port}/", "file:///x"):
            receiver.answers = [said(307, Location=location)]
            with pytest.raises(UploadRefused):
                await sent(to(receiver.origin))
        assert other.arrived == []


async def test_a_redirect_without_end_ends(receiver: Receiver) -> None:
    receiver.at["/in"] = said(307, Location="/in")
    with pytest.raises(UploadFailed):
        await sent(to(f"{receiver.origin}/in"), file=b"short")
    assert len(receiver.arrived) == sender.REDIRECTS_AT_MOST + 1


async def test_a_redirect_that_leads_nowhere_is_an_answer(receiver: Receiver) -> None:
    receiver.answers = [said(304), said(307, "lost")]
    assert (await sent(to(receiver.origin))).status == 304
    assert (await sent(to(receiver.origin))).status == 307


async def test_a_name_that_stands_for_this_machine_is_refused(receiver: Receiver) -> None:
    look_up = knowing(app_example_org=[["127.0.0.1", "169.254.169.254", "::1"]])
    with pytest.raises(UploadRefused):
        await sent(to(f"https://app.example.org:{receiver.port}/"), look_up=look_up)
    assert receiver.arrived == []


async def test_a_name_that_is_another_address_by_the_time_of_the_connection_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    asked = []

    async def look_up(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    def unasked(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up once more")

    tls = authority.server("dev.localhost")
    async with running_receiver(tls=tls, name="dev.localhost") as receiver:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unasked)
        reply = await sent(to(receiver.origin), trust=Trust(authority.certificate), look_up=look_up)
        assert reply.is_success
    assert asked == ["dev.localhost"]


async def test_a_name_is_checked_again_for_each_connection(tmp_path: Path) -> None:
    """As after a redirect, when it may stand for another address by then."""
    authority = Authority(tmp_path)
    tls = authority.server("dev.localhost")
    async with running_receiver(tls=tls, name="dev.localhost") as receiver:
        receiver.at["/in"] = said(307, Location="/other")
        look_up = knowing(dev_localhost=[["127.0.0.1"], ["169.254.169.254"]])
        with pytest.raises(UploadRefused):
            await sent(
                to(f"{receiver.origin}/in"), trust=Trust(authority.certificate), look_up=look_up
            )
        assert len(receiver.arrived) == 1


async def test_a_name_that_nobody_knows_is_told(receiver: Receiver) -> None:
    with pytest.raises(Undelivered) as lost:
        await sent(to("https://app.example.org"), look_up=knowing())
    assert lost.value.reason == "the server's name is not known"
    assert not lost.value.may_have_arrived


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
    asked = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        asked.set()
        await receiver.closing.wait()
        return web.Response()

    receiver.answers = [silent]
    with pytest.raises(Undelivered) as lost:
        await sent(to(receiver.origin), timeout_s=0.3, file=b"short")
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


async def test_the_systems_names_are_known() -> None:
    assert "127.0.0.1" in await lookup.system("127.0.0.1", 80)
    with pytest.raises(OSError):
        await lookup.system("no-such-name.invalid", 80)


async def test_nothing_but_the_checked_name_is_resolved() -> None:
    pinned = lookup.Pinned("app.example.org", ["192.0.2.1", "2001:db8::1"])
    both = await pinned.resolve("app.example.org", 443)
    assert [found["host"] for found in both] == ["192.0.2.1", "2001:db8::1"]
    only = await pinned.resolve("app.example.org", 443, socket.AF_INET6)
    assert [found["host"] for found in only] == ["2001:db8::1"]
    with pytest.raises(OSError):
        await pinned.resolve("evil.example", 443)
