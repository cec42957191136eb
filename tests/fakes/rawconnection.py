"""Raw connection: a client that says to the door what it likes, and hears what comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def connected(
    port: int, said: str = ""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has said so much."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(said.format(port=port).encode())
        await writer.drain()
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection is closed."""
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
