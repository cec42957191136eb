"""Scraping: metrics at an address of their own, for programs that collect them."""

import asyncio
import contextlib
import errno
import re
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web

_HOST: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_BROWSERS: Final = re.compile(r"origin|referer|sec-fetch-.*", re.IGNORECASE)
_MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_MODE: Final = 0o660
_CLOSING_S: Final = 1.0


class Scraping:
    """Answers GET /metrics and nothing else, to programs: a browser has no business here."""

    def __init__(self, *, listen: tuple[str, int] | Path, page: Callable[[], bytes]) -> None:
        """`listen`: a host and a port, 0 being any free one, or the path of a Unix socket."""
        self._listen = listen
        self._page = page
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        self.endpoint = ""

    async def start(self) -> None:
        """Raises OSError when it cannot listen there."""
        await self._runner.setup()
        try:
            await self._begin()
        except BaseException:
            await self._runner.cleanup()
            raise

    async def _begin(self) -> None:
        if isinstance(self._listen, Path):
            await asyncio.to_thread(_remove_stale, self._listen)
            try:
                await web.UnixSite(self._runner, str(self._listen)).start()
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(self._listen)) from error
            self.endpoint = str(self._listen)
            await asyncio.to_thread(self._listen.chmod, _MODE)
            return
        host, port = self._listen
        await web.TCPSite(self._runner, host, port).start()
        port = self._runner.addresses[0][1]
        self.endpoint = f"http://{f'[{host}]' if ':' in host else host}:{port}/metrics"

    async def close(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                await self._runner.cleanup()
        if isinstance(self._listen, Path) and self.endpoint:
            await asyncio.to_thread(self._listen.unlink, missing_ok=True)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        is_unix = isinstance(self._listen, Path)
        if not is_unix and not _HOST.fullmatch(request.headers.get("Host", "")):
            return web.Response(status=421, headers=headers)
        if any(map(_BROWSERS.fullmatch, request.headers)):
            return web.Response(status=403, headers=headers)
        if request.path != "/metrics":
            return web.Response(status=404, headers=headers)
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={**headers, "Allow": "GET, HEAD"})
        return web.Response(body=self._page(), headers={**headers, "Content-Type": _MEDIA_TYPE})


def _remove_stale(path: Path) -> None:
    """A socket that nobody listens on is an earlier run's. Raises OSError."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise OSError(errno.EEXIST, "there is another file", str(path))
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink()
            return
    raise OSError(errno.EADDRINUSE, "somebody listens there", str(path))
