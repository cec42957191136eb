"""Tar blocks: what an archive's tar file is made of (POSIX.1-2001 pax, ustar headers)."""

import tarfile
from typing import Final

from sheetfed.core.errors import UnsupportedImage
from sheetfed.core.model import PageId

MANIFEST: Final = "manifest.json"
CHECKSUMS: Final = "checksums"
BLOCK_BYTES: Final = 512
END: Final = bytes(2 * BLOCK_BYTES)
"""What a tar file ends with."""


def names(page: PageId) -> tuple[str, str]:
    """What a page's master and preview are called."""
    return f"pages/{page}.master", f"pages/{page}.preview"


def checksum_line(name: str, digest: str) -> str:
    """As sha256sum writes it."""
    return f"{digest}  {name}\n"


def header(name: str, size_bytes: int) -> bytes:
    """That of a regular file which is its owner's alone."""
    info = tarfile.TarInfo(name)
    info.size = size_bytes
    info.mode = 0o600
    return info.tobuf(tarfile.USTAR_FORMAT)


def read_header(block: bytes) -> tuple[str, int]:
    """Name and size of a regular file. Raises UnsupportedImage."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.TarError, ValueError) as error:
        raise UnsupportedImage("this is no archive of a store") from error
    if not info.isreg() or info.size < 0:
        raise UnsupportedImage("this is no archive of a store")
    return info.name, info.size


def padding(size_bytes: int) -> bytes:
    """What follows a file of this size, up to the next block."""
    return bytes(-size_bytes % BLOCK_BYTES)
