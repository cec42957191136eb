"""A web developer's own site, on an origin of its own, with the client beside its page."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from fakes.daemon import Daemon
from sheetfed.share import client_folder

CLIENT = client_folder()
PAGE = """<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">
<script type="importmap">{"imports": {"sheetfed": "/client/sheetfed.js"}}</script>
"""

CONNECT = """async options => {
    const { connect } = await import("/client/sheetfed.js");
    return connect(options).then(
        ({ base, permissions }) => ({ base, permissions }),
        ({ name, code, message, details }) => ({ name, code, message, details }),
    );
}"""
"""What a page of it runs: the connection, or what the client says of why there is none."""

FRAME = """base => new Promise(resolve => {
    addEventListener("message", ({ data }) => resolve(data));
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.srcdoc = `<script type="module">
        import { connect } from "${location.origin}/client/sheetfed.js";
        const code = await connect({ base: "${base}" }).catch(({ code }) => code);
        parent.postMessage(code, "*");
    <${""}/script>`;
    document.body.append(frame);
})"""
"""The same from a sandboxed frame: the code of why there is none."""

CLIENT_CODES = {
    "not-running",
    "local-network-denied",
    "certificate-not-trusted",
    "old-version",
    "connection-lost",
}
"""Of the client's own errors, beside the service's."""


@dataclass(frozen=True, slots=True)
class Site:
    """A website whose origin is granted, and the daemon; files of `folder` are under /files/."""

    origin: str
    daemon: Daemon
    folder: Path


@asynccontextmanager
async def running_website(
    folder: Path, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Its origin; files of `folder` are under /files/, uploads go to /in."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        return web.Response(status=201, text=f"{request.method} {len(body)} bytes")

    async def finish(request: web.Request, response: web.StreamResponse) -> None:
        response.force_close()
        if request.path.startswith("/client/"):
            response.headers["Access-Control-Allow-Origin"] = "*"

    application = web.Application(client_max_size=1 << 28)
    application.router.add_route("*", "/in", take)
    application.on_response_prepare.append(finish)
    application.router.add_get("/", page)
    application.router.add_static("/client", CLIENT)
    application.router.add_static("/files", folder, follow_symlinks=True)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, 0, ssl_context=tls)
        await site.start()
        yield f"http{'s' if tls else ''}://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def let_in(daemon: Daemon, origin: str) -> None:
    await decide(daemon, origin, "grant", "scan")


async def decide(daemon: Daemon, origin: str, decision: str, *permissions: str) -> None:
    """The user decides on what this origin asks, as on the service's own page."""
    close = {"Connection": "close"}
    url = f"{daemon.base}/api/access/origins"
    async with daemon.http.get(url, headers=close) as answer:
        known = await answer.json()
    (mine,) = (each["id"] for each in known if each["origin"] == origin)
    body = {"decision": decision, "permissions": list(permissions)}
    async with daemon.http.post(f"{url}/{mine}", json=body, headers=close) as answer:
        assert answer.status == 200, await answer.text()
