"""Uploads from a real tab: to the page's own server, and on after the tab is closed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser

from fakes.daemon import Daemon, running_daemon
from fakes.receiver import Receiver, running_receiver, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEGIN = """async ([base, url]) => {
    const { connect } = await import(`${base}/sheetfed.js`);
    const sheetfed = await connect({ base, instance: "tab" });
    for await (const page of sheetfed.acquire({ resolution: 75 }));
    const upload = sheetfed.upload(url, { method: "PUT" });
    upload.done.catch(() => {});
    while (upload.transfer === null) await new Promise((again) => setTimeout(again, 10));
    window.upload = upload;
    return upload.transfer;
}"""
REFUSED = """async ([base, url]) => {
    const { connect } = await import(`${base}/sheetfed.js`);
    const sheetfed = await connect({ base, instance: "tab" });
    return sheetfed.upload(url).done.then(() => "sent", ({ code }) => code);
}"""


async def _page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<!doctype html><title>A page</title>", content_type="text/html")


async def _status(daemon: Daemon, receiver: Receiver, transfer: str) -> Any:
    headers = {"Origin": receiver.origin}
    _, body = await daemon.call_with_status("TransferStatus", transfer, headers=headers)
    return body["result"][0]


async def test_an_upload_goes_on_when_its_tab_is_closed(chromium: Browser, tmp_path: Path) -> None:
    asked, free = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        asked.set()
        await free.wait()
        return await said(201, "filed")(request)

    async with running_receiver() as receiver:
        receiver.at |= {"/": _page, "/in": slow}
        config = f'origins.allow = ["{receiver.origin}"]\n'
        async with running_daemon(tmp_path, config=config) as daemon:
            context = await chromium.new_context()
            page = await context.new_page()
            await page.goto(receiver.origin)
            transfer = await page.evaluate(BEGIN, [daemon.base, "/in"])
            await asked.wait()
            await context.close()
            free.set()
            while (status := await _status(daemon, receiver, transfer))["state"] == "sending":
                await asyncio.sleep(0)
            assert status["reply"] == {"status": 201, "body": "filed"}
            assert receiver.arrived[-1].body.startswith(b"%PDF")


async def test_a_page_can_call_it_off_and_cannot_send_elsewhere(
    chromium: Browser, tmp_path: Path
) -> None:
    async with running_receiver() as receiver, running_receiver("127.0.0.2") as other:
        receiver.at["/"] = _page
        asked = receiver.fall_silent("/in")
        config = f'origins.allow = ["{receiver.origin}"]\n'
        async with (
            running_daemon(tmp_path, config=config) as daemon,
            await chromium.new_context() as context,
        ):
            page = await context.new_page()
            await page.goto(receiver.origin)
            await page.evaluate(BEGIN, [daemon.base, "/in"])
            await asked.wait()
            await page.evaluate("() => upload.cancel()")
            assert await page.evaluate("() => upload.done") is None
            assert await page.evaluate("() => upload.state") == "canceled"
            refused = await page.evaluate(REFUSED, [daemon.base, f"{other.origin}/in"])
            assert refused == "upload-refused"
            assert other.arrived == []
