"""Sealed file: reads and writes like any binary file, sealed on the disk chunk by chunk.

After the header (see `header`) come blocks of CHUNK_BYTES each, the last one of what is left: a
nonce, the chunk's ciphertext and its tag. A file has at least one block.
"""

import io
import os
from typing import TYPE_CHECKING, Final

from sheetfed.core.errors import DamagedImage
from sheetfed.sealed.cipher import NONCE_BYTES, SURPLUS_BYTES, Cipher
from sheetfed.sealed.header import HEADER_BYTES

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

CHUNK_BYTES: Final = 64 * 1024
_BLOCK_BYTES: Final = CHUNK_BYTES + SURPLUS_BYTES
_ZEROS: Final = bytes(CHUNK_BYTES)


class SealedFile(io.RawIOBase):
    """Holds one chunk in memory; a chunk is sealed again each time that it was written to.

    Raises DamagedImage for whatever is wrong with what it reads.
    """

    def __init__(self, raw: io.FileIO, key: bytes, *, is_new: bool = False) -> None:
        """`key` is the file's own; `raw` is closed with this. A new file has its header only."""
        super().__init__()
        self._raw = raw
        # Also a file that is refused below is closed, which looks at this.
        self._is_changed = False
        self._cipher = Cipher(key)
        self._at = 0
        self._size = 0 if is_new else _content_bytes(os.fstat(raw.fileno()).st_size)
        self._on_disk = 0 if is_new else _last(self._size) + 1
        self._number = 0
        self._chunk: bytes | bytearray = b"" if is_new else self._read_chunk(0)
        self._is_changed = is_new

    def readable(self) -> bool:
        return self._raw.readable()

    def writable(self) -> bool:
        return self._raw.writable()

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a file has nothing before its start")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readall(self) -> bytes:
        return self.read(max(0, self._size - self._at)) or b""

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fills the whole buffer, unless the file ends before."""
        target = memoryview(buffer).cast("B")
        size = min(len(target), max(0, self._size - self._at))
        done = 0
        while done < size:
            offset = self._turn_to(self._at)
            piece = memoryview(self._chunk)[offset : offset + size - done]
            if not piece:
                raise DamagedImage("a sealed file was not written to its end")
            target[done : done + len(piece)] = piece
            done += len(piece)
            self._at += len(piece)
        return done

    def write(self, data: "ReadableBuffer") -> int:
        source = memoryview(data).cast("B")
        if not source:
            return 0
        if self._at > self._size:
            self._fill(self._at)
        self._grow(self._at + len(source))
        done = 0
        while done < len(source):
            offset = self._turn_to(self._at)
            piece = source[done : done + CHUNK_BYTES - offset]
            if len(piece) == CHUNK_BYTES:
                self._chunk, self._is_changed = bytes(piece), True
            else:
                self._change()[offset : offset + len(piece)] = piece
            done += len(piece)
            self._at += len(piece)
        return done

    def truncate(self, size: int | None = None) -> int:
        size = self._at if size is None else size
        if size > self._size:
            self._fill(size)
        elif size < self._size:
            number = _last(size)
            self._hold(number)
            del self._change()[size - number * CHUNK_BYTES :]
            self._size = size
            self._on_disk = number
            self._raw.truncate(_place(number))
        return size

    def flush(self) -> None:
        """Seal what has changed."""
        super().flush()
        if self._is_changed:
            is_last = self._number == _last(self._size)
            chunk = bytes(self._chunk)
            nonce, sealed = self._cipher.sealed(chunk, number=self._number, is_last=is_last)
            _write_at(self._raw.fileno(), nonce, sealed, _place(self._number))
            self._on_disk = max(self._on_disk, self._number + 1)
            self._is_changed = False

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._raw.close()

    def _turn_to(self, at: int) -> int:
        """Hold the chunk with this byte; returns where in the chunk the byte is."""
        number, offset = divmod(at, CHUNK_BYTES)
        self._hold(number)
        return offset

    def _hold(self, number: int) -> None:
        if number != self._number:
            self.flush()
            self._chunk = self._read_chunk(number) if number < self._on_disk else b""
            self._number = number

    def _change(self) -> bytearray:
        """The chunk that is held, for changing it."""
        if not isinstance(self._chunk, bytearray):
            self._chunk = bytearray(self._chunk)
        self._is_changed = True
        return self._chunk

    def _fill(self, size: int) -> None:
        """Zeros up to there, as in any file."""
        at, self._at = self._at, self._size
        while self._at < size:
            self.write(_ZEROS[: size - self._at])
        self._at = at

    def _grow(self, size: int) -> None:
        if size <= self._size:
            return
        if _last(size) != _last(self._size):
            # It was sealed as the last chunk, or may have been.
            self._hold(_last(self._size))
            self._is_changed = True
        self._size = size

    def _read_chunk(self, number: int) -> bytes:
        is_last = number == _last(self._size)
        size = self._size - number * CHUNK_BYTES if is_last else CHUNK_BYTES
        descriptor, place = self._raw.fileno(), _place(number)
        nonce = os.pread(descriptor, NONCE_BYTES, place)
        sealed = os.pread(descriptor, size + SURPLUS_BYTES - NONCE_BYTES, place + NONCE_BYTES)
        return self._cipher.opened(nonce, sealed, number=number, is_last=is_last)


def _content_bytes(file_bytes: int) -> int:
    """How much is in a file of this size. Raises DamagedImage when no file has this size."""
    blocks, rest = divmod(file_bytes - HEADER_BYTES, _BLOCK_BYTES)
    if blocks < 0 or (rest < SURPLUS_BYTES if blocks == 0 else 0 < rest <= SURPLUS_BYTES):
        raise DamagedImage("a sealed file is cut off")
    return blocks * CHUNK_BYTES + max(0, rest - SURPLUS_BYTES)


def _last(size: int) -> int:
    """The number of the last chunk."""
    return max(0, size - 1) // CHUNK_BYTES


def _place(number: int) -> int:
    return HEADER_BYTES + number * _BLOCK_BYTES


def _write_at(descriptor: int, nonce: bytes, sealed: bytes, place: int) -> None:
    """All of both: on a disk that is nearly full only the next write tells."""
    done, size = os.pwritev(descriptor, (nonce, sealed), place), len(nonce) + len(sealed)
    while done < size:
        done += os.pwrite(descriptor, (nonce + sealed)[done:], place + done)
