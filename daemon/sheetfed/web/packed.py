"""Packed: bodies that come compressed, unpacked a bounded piece at a time."""

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

from sheetfed.core.errors import InvalidParameter

CODINGS: Final = ("gzip", "x-gzip", "deflate")
"""RFC 9110 §8.4.1; deflate is zlib's format."""

PIECE_BYTES: Final = 1 << 16
_EITHER: Final = zlib.MAX_WBITS | 32


async def unpacked(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """However much there is in a piece, it comes out in small ones: whoever counts them can stop.

    Raises InvalidParameter for what is not packed, or not to its end.
    """
    packer = zlib.decompressobj(_EITHER)
    async for piece in pieces:
        for part in _parts(packer, piece):
            yield part
    if not packer.eof:
        raise _undecodable()


def _parts(packer: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    while piece:
        try:
            part = packer.decompress(piece, PIECE_BYTES)
        except zlib.error as error:
            raise _undecodable() from error
        piece = packer.unconsumed_tail
        if packer.unused_data:
            raise _undecodable()
        if part:
            yield part
        elif packer.eof:
            return


def _undecodable() -> InvalidParameter:
    return InvalidParameter("the body cannot be decoded", details={"name": "Content-Encoding"})
