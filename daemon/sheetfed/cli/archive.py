"""Archive: an export of the store as it comes, which is not whole before its end has come."""

import io
from typing import BinaryIO, Final

from sheetfed.cli.exits import Exit, Stop

_BLOCK_BYTES: Final = 512
_LAST: Final = b"checksums"
_NAME: Final = slice(0, 100)
_SIZE: Final = slice(124, 135)


class Archive(io.RawIOBase):
    """Reads a tar file (POSIX.1-2001 pax, ustar headers) and follows its headers on the way."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source
        self._header = b""
        self._to_pass = 0
        self._name = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Raises Stop at an end that comes too early."""
        data = self._source.read(size)
        if not data and size and (self._name != _LAST or self._to_pass or self._header):
            raise Stop(
                Exit.FAILED,
                "the export broke off; what came of it is not kept",
                advice="The journal of the service says why: journalctl -u sheetfed",
            )
        self._follow(memoryview(data))
        return data

    def _follow(self, data: memoryview) -> None:
        while data:
            passed = min(self._to_pass, len(data))
            self._to_pass -= passed
            data = data[passed:]
            missing = _BLOCK_BYTES - len(self._header)
            self._header += bytes(data[:missing])
            data = data[missing:]
            if len(self._header) == _BLOCK_BYTES:
                self._enter(self._header)
                self._header = b""

    def _enter(self, header: bytes) -> None:
        """The two empty blocks at the end are no headers."""
        name = header[_NAME].rstrip(b"\0")
        if name:
            self._name = name
            self._to_pass = -(-int(header[_SIZE], 8) // _BLOCK_BYTES) * _BLOCK_BYTES
