"""Pieces: a large body as a client sends it that reads it bit by bit."""

from collections.abc import AsyncIterator

PIECE_BYTES = 1 << 18


def body(content: bytes) -> bytes | AsyncIterator[bytes]:
    """As it is when it is small; else in pieces, without its length told before."""
    return content if len(content) <= PIECE_BYTES else _pieces(content)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), PIECE_BYTES):
        yield content[at : at + PIECE_BYTES]
