"""Sender: uploads by HTTP, to an address that was checked and to no other."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import BinaryIO, Final

import aiohttp
from yarl import URL

from sheetfed.core.errors import UploadFailed, UploadRefused
from sheetfed.core.targets import Target
from sheetfed.core.uploads import Reply, Undelivered, Upload, UploadMethod
from sheetfed.web.uploading import lookup
from sheetfed.web.uploading.content import Outflow, content
from sheetfed.web.uploading.hearing import Connector
from sheetfed.web.uploading.lookup import Lookup, Pinned
from sheetfed.web.uploading.trust import Trust

CONNECT_S: Final = 15.0
REPLY_AT_MOST_BYTES: Final = 64 << 10
REDIRECTS_AT_MOST: Final = 5
_SEE_OTHER: Final = 303
_FOUND: Final = (301, 302)
_REDIRECTS: Final = (*_FOUND, _SEE_OTHER, 307, 308)
"""After 303 the answer is fetched, after 301 and 302 a form's is, as in browsers (Fetch §4.4); else
the upload is sent again."""

_CHARSETS: Final = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
    "utf-16": "utf-16",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    "shift-jis": "cp932",
    "euc-jp": "euc-jp",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "koi8-r": "koi8-r",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
}
"""What answers are written in where they are not in UTF-8, mostly as browsers take these names
(WHATWG Encoding §4.2)."""

_SECONDS: Final = re.compile(r"[0-9]{1,6}")


class HttpSender:
    """The port Sender. No proxy, no cookie, no compression; certificates are always checked."""

    def __init__(self, *, trust: Trust, timeout_s: float, look_up: Lookup = lookup.system) -> None:
        self._trust = trust
        self._timeout_s = timeout_s
        self._look_up = look_up

    def change(self, *, trust: Trust, timeout_s: float) -> None:
        """Take over a reloaded configuration, for what is sent from now on."""
        self._trust = trust
        self._timeout_s = timeout_s

    async def send(
        self, upload: Upload, file: BinaryIO, size_bytes: int, told: Callable[[int], None]
    ) -> Reply:
        outflow = Outflow(content(upload, size_bytes), file, told)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(upload, outflow)
        except aiohttp.ClientConnectorCertificateError as error:
            raise UploadFailed(
                "the server's certificate is not trusted: see [upload] ca_file in sheetfed.toml(5)",
                details={"reason": "certificate", "origin": upload.target.origin},
            ) from error
        except aiohttp.ClientSSLError as error:
            raise UploadFailed(
                "the server does not speak TLS as it has to",
                details={"reason": "tls", "origin": upload.target.origin},
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            if outflow.fault is not None:
                raise outflow.fault from error
            raise Undelivered(_reason(error), may_have_arrived=outflow.has_begun) from error

    async def _follow(self, upload: Upload, outflow: Outflow) -> Reply:
        """Send it, and go where the answer leads, as far as that is the same origin."""
        target: Target = upload.target
        body: Outflow | None = outflow
        for _ in range(REDIRECTS_AT_MOST + 1):
            async with self._answer(target, upload, body) as answer:
                location = answer.headers.get("Location")
                if location is None or answer.status not in _REDIRECTS:
                    return await _reply(answer)
                target = target.redirected(location)
                if answer.status == _SEE_OTHER or (
                    answer.status in _FOUND and upload.method is UploadMethod.POST
                ):
                    body = None
        raise UploadFailed("the server redirects without end", details={"reason": "redirects"})

    @asynccontextmanager
    async def _answer(
        self, target: Target, upload: Upload, outflow: Outflow | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The head of the answer to the upload or, without a body, to a GET."""
        headers = {
            "User-Agent": "sheetfed",
            "Accept-Encoding": "identity",
            **dict(upload.headers),
        }
        connector = Connector(
            resolver=Pinned(target.host, await self._addresses(target)),
            use_dns_cache=False,
            force_close=True,
            ssl=await self._trust.context(),
        )
        async with (
            nullcontext() if outflow is None else outflow.under_way(),
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
                auto_decompress=False,
            ) as session,
            session.request(
                "GET" if outflow is None else str(upload.method),
                URL(target.url, encoded=True),
                data=outflow,
                headers=headers,
                allow_redirects=False,
            ) as answer,
        ):
            yield answer

    async def _addresses(self, target: Target) -> Sequence[str]:
        """Those of the target's that it may have. Raises UploadRefused when there are none."""
        if target.literal is not None:
            found: Sequence[str] = [target.host]
        else:
            found = await self._look_up(target.host, target.port)
        admitted = [address for address in found if target.admits(address)]
        if not admitted:
            raise UploadRefused(
                "the server's address is one that nothing is sent to",
                details={"origin": target.origin},
            )
        return admitted


async def _reply(answer: aiohttp.ClientResponse) -> Reply:
    body = bytearray()
    while len(body) < REPLY_AT_MOST_BYTES:
        piece = await answer.content.read(REPLY_AT_MOST_BYTES - len(body))
        if not piece:
            break
        body += piece
    wait = answer.headers.get("Retry-After", "")
    return Reply(
        status=answer.status,
        body=_text(bytes(body), answer.charset),
        retry_after_s=float(wait) if _SECONDS.fullmatch(wait) else 0.0,
    )


def _text(body: bytes, charset: str | None) -> str:
    """Of Python's encodings some take seconds, some make no characters, some are none of texts."""
    known = _CHARSETS.get((charset or "").lower().replace("_", "-"), "utf-8")
    return body.decode(known, "replace")


def _reason(error: Exception) -> str:
    """In words that say nothing of the machine's network."""
    match error:
        case TimeoutError():
            return "the server did not take it or answer in time"
        case aiohttp.ClientConnectorError(os_error=socket.gaierror()) | socket.gaierror():
            return "the server's name is not known"
        case aiohttp.ClientConnectorError():
            return "the server cannot be reached"
        case _:
            return "the connection to the server broke"
