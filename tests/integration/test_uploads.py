"""Uploads through the real daemon: from a scan to a server, over its stop, by TLS."""

import asyncio
import signal
from pathlib import Path

import pytest
from aiohttp import web

from fakes.authority import Authority
from fakes.daemon import Daemon, running_daemon
from fakes.receiver import Receiver, running_receiver, said

PAPER = {"paper_source": "feeder", "resolution": 75, "pages": 2}


def configured(receiver: Receiver, more: str = "") -> str:
    return f'upload.allow = ["{receiver.origin}"]\n{more}'


async def asked_at_once(daemon: Daemon, url: str, **settings: object) -> str:
    body = await daemon.call("HTTPUpload", {"url": url, **settings}, door="fa")
    accepted, transfer = body["result"]
    assert accepted is True
    return str(transfer)


async def test_a_scan_arrives_as_a_pdf_and_as_it_was_stored(tmp_path: Path) -> None:
    async with (
        running_receiver() as receiver,
        running_daemon(tmp_path, config=configured(receiver)) as daemon,
    ):
        await daemon.result("AcquireImage", PAPER)
        url = f"{receiver.origin}/in"
        done, reply = await daemon.result("HTTPUpload", {"url": url, "fields": {"case": 1}})
        assert (done, reply) == (True, {"status": 200, "body": "thank you"})
        (arrived,) = receiver.arrived
        assert arrived.fields == [("case", "1"), ("RemoteFile", "the file")]
        document = f"{daemon.base}/dwt/dwt_1/doc?id=test&type=pdf"
        async with daemon.http.get(document) as answer:
            assert len(await answer.read()) == len(arrived.file)
        assert arrived.file.startswith(b"%PDF")
        assert f"upload to {receiver.origin}: done, 2 pages" in daemon.log()


async def test_encrypted_pages_arrive_readable_by_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    more = f'upload.ca_file = "{authority.certificate}"\nstore.encrypt = "session"\n'
    async with (
        running_receiver(tls=authority.server("127.0.0.1")) as receiver,
        running_daemon(tmp_path, config=configured(receiver, more)) as daemon,
    ):
        await daemon.result("AcquireImage", PAPER)
        put = {"url": f"{receiver.origin}/1.png", "method": "PUT", "type": "png", "indices": [1]}
        assert (await daemon.result("HTTPUpload", put))[0] is True
        assert receiver.arrived[0].body.startswith(b"\x89PNG")


async def test_a_stop_lets_an_upload_arrive_and_then_ends(tmp_path: Path) -> None:
    asked, free = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        asked.set()
        await free.wait()
        return await said()(request)

    async with (
        running_receiver() as receiver,
        running_daemon(tmp_path, config=configured(receiver)) as daemon,
    ):
        receiver.answers = [slow]
        await daemon.result("AcquireImage", PAPER)
        stream = await daemon.events()
        await asked_at_once(daemon, receiver.origin)
        await asked.wait()
        stopping = asyncio.create_task(daemon.stop())
        refused = ""
        while refused != "shutting-down":
            body = await daemon.call("HTTPUpload", {"url": receiver.origin})
            refused = body.get("error", {}).get("code", "")
        free.set()
        assert await stopping == 0
        assert '"state":"done"' in (await stream.text()).rpartition("event: transfer")[2]


async def test_a_stop_cuts_off_an_upload_that_does_not_end_and_keeps_the_pages(
    tmp_path: Path,
) -> None:
    async with running_receiver() as receiver:
        asked = receiver.fall_silent()
        config = configured(receiver, "jobs.drain_timeout_s = 1\n")
        async with running_daemon(tmp_path, config=config) as daemon:
            await daemon.result("AcquireImage", PAPER)
            stream = await daemon.events()
            await asked_at_once(daemon, receiver.origin)
            await asked.wait()
            assert await daemon.stop() == 0
            last = (await stream.text()).rpartition("event: transfer")[2]
            assert '"code":"interrupted"' in last
        async with running_daemon(tmp_path, config=config) as daemon:
            assert await daemon.result("HowManyImagesInBuffer") == [2]
            assert (await daemon.result("HTTPUpload", {"url": receiver.origin}))[0] is True


async def test_a_file_of_certificates_that_is_not_there_is_told_at_the_start(
    tmp_path: Path,
) -> None:
    missing = tmp_path / "missing.pem"
    with pytest.raises(AssertionError, match="ca_file cannot be used") as failed:
        async with running_daemon(tmp_path, config=f'upload.ca_file = "{missing}"\n'):
            pass
    assert f"{missing}: " in str(failed.value)


async def test_other_certificates_are_trusted_from_a_reload_on_unless_they_are_damaged(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path)
    drop_in = tmp_path / "conf.d" / "trust.toml"
    drop_in.parent.mkdir()
    async with (
        running_receiver(tls=authority.server("127.0.0.1")) as receiver,
        running_daemon(tmp_path, config=configured(receiver)) as daemon,
    ):
        await daemon.result("AcquireImage", PAPER)
        url = {"url": f"{receiver.origin}/in"}
        assert (await daemon.call("HTTPUpload", url))["error"]["code"] == "upload-failed"
        await asyncio.to_thread(drop_in.write_text, 'upload.ca_file = "/dev/null"\n')
        await reloaded(daemon, "the configuration stays as it was: /dev/null: ")
        drop_in.write_text(f'upload.ca_file = "{authority.certificate}"\n')
        await reloaded(daemon, "configuration read again")
        assert (await daemon.result("HTTPUpload", url))[0] is True


async def reloaded(daemon: Daemon, says: str) -> None:
    daemon.process.send_signal(signal.SIGHUP)
    async with asyncio.timeout(10):
        while says not in daemon.log():
            await asyncio.sleep(0.01)
