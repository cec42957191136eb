"""Trust: the authorities whose word is taken for who a server is."""

import asyncio
import ssl
from pathlib import Path


class Trust:
    """Of one file, which is read at once; or the machine's, which take long to read and are not
    read before the first server has to be checked."""

    def __init__(self, ca_file: Path | None = None) -> None:
        """Takes long: on an event loop use a thread. Raises OSError for a file that is none."""
        self._context = None if ca_file is None else _context(ca_file)
        self._reading = asyncio.Lock()

    async def context(self) -> ssl.SSLContext:
        """What a connection to such a server is made with."""
        async with self._reading:
            if self._context is None:
                self._context = await asyncio.to_thread(_context, None)
            return self._context


def _context(ca_file: Path | None) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=ca_file)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
