"""A web developer's own site, on an origin of its own, with the client beside its page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from sheetfed.share import client_folder

CLIENT = client_folder()
PAGE = """<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">
<script type="importmap">{"imports": {"sheetfed": "/client/sheetfed.js"}}</script>
"""


@asynccontextmanager
async def running_website(folder: Path) -> AsyncIterator[str]:
    """Its origin; files of `folder` are under /files/, uploads go to /in."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        return web.Response(status=201, text=f"{request.method} {len(body)} bytes")

    application = web.Application(client_max_size=1 << 28)
    application.router.add_route("*", "/in", take)
    application.router.add_get("/", page)
    application.router.add_static("/client", CLIENT)
    application.router.add_static("/files", folder)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
