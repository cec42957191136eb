"""Certificates made for a test, who shows them, and a client that looks at what it is shown."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheetfed.certificates import making
from sheetfed.certificates.authority import Authority, Signed
from sheetfed.certificates.certificate import fingerprint
from sheetfed.certificates.machine import Machine
from sheetfed.certificates.making import Account

US = Account(os.getuid(), os.getgid())
YEAR = timedelta(days=365)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def made(folder: Path, *, now: datetime | None = None) -> Machine:
    """A folder of this machine's certificates; blocking."""
    folder.mkdir(exist_ok=True)
    return making.make(folder, owner=US, now=now or datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Pair:
    """An administrator's own certificate and key."""

    certificate: Path
    key: Path

    @classmethod
    def written(cls, folder: Path, *, until: datetime | None = None) -> "Pair":
        """A new one in these files; blocking."""
        now = datetime.now(UTC)
        authority = Authority(since=now - YEAR, until=now + 2 * YEAR)
        signed = authority.sign(since=now - YEAR, until=until or now + YEAR)
        pair = cls(folder / "own.pem", folder / "own.key")
        pair.certificate.write_bytes(signed.certificate)
        pair.key.write_bytes(signed.key)
        return pair

    @property
    def config(self) -> str:
        return f'https.certificate = "{self.certificate}"\nhttps.key = "{self.key}"\n'

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.certificate.read_bytes())


async def shown(port: int, *, trusting: Path | None = None, name: str = "127.0.0.1") -> str:
    """The fingerprint of the certificate that a real handshake shows.

    Raises OSError when the handshake fails; with `trusting` also when that is not its issuer.
    """
    context = await asyncio.to_thread(ssl.create_default_context, cafile=trusting)
    if trusting is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    try:
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
        await writer.wait_closed()
    return fingerprint(ssl.DER_cert_to_PEM_cert(found).encode())


@asynccontextmanager
async def serving(folder: Path, signed: Signed) -> AsyncIterator[int]:
    """The port of a server that shows this certificate."""
    file = folder / "shown.pem"

    def context() -> ssl.SSLContext:
        file.write_bytes(signed.key + signed.certificate)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(file)
        return made

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(
        answer, "127.0.0.1", 0, ssl=await asyncio.to_thread(context)
    )
    async with server:
        yield server.sockets[0].getsockname()[1]
