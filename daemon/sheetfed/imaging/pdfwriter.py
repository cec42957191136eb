"""PDF writer: the pages of many PDFs of ours in one file, copied one after the other.

A page's objects are written when it comes: memory holds one page, however many there are. qpdf
would hold all pages, or have to be given names of files that are clear.
"""

import hashlib
from decimal import Decimal
from typing import Any, BinaryIO, Final

_CATALOG, _TREE = 1, 2
_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ENDS_BYTES: Final = 1 << 14
_FREE: Final = b"0000000000 65535 f \n"


class PdfWriter:
    """Takes one part after the other (ISO 32000-1 §7.3 and §7.5)."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets: dict[int, int] = {}
        self._next = _TREE + 1
        self._pages: list[int] = []
        self._digest = hashlib.sha256()
        file.write(_HEADER)

    def append(self, part: BinaryIO) -> None:
        """All pages of a PDF. Raises pikepdf.PdfError or OSError."""
        import pikepdf

        with pikepdf.open(part) as pdf:
            copying = _Copying(self)
            for page in pdf.pages:
                self._pages.append(copying.page(page.obj))
            copying.finish()

    def close(self) -> None:
        """What comes at the end of a file."""
        kids = b" ".join(_reference(page) for page in self._pages)
        count = len(self._pages)
        self.write(_TREE, b"<< /Type /Pages /Count %d /Kids [ %b ] >>" % (count, kids))
        self.write(_CATALOG, b"<< /Type /Catalog /Pages %b >>" % _reference(_TREE))
        at = self._file.tell()
        # The same pages make the same file, so that its parts can be asked for one by one.
        name = self._digest.hexdigest()[:32].encode()
        self._file.write(b"xref\n0 %d\n%b" % (self._next, _FREE))
        for number in range(1, self._next):
            self._file.write(b"%010d 00000 n \n" % self._offsets[number])
        self._file.write(
            b"trailer\n<< /Size %d /Root %b /ID [ <%b> <%b> ] >>\nstartxref\n%d\n%%%%EOF\n"
            % (self._next, _reference(_CATALOG), name, name, at)
        )

    def number(self) -> int:
        """For one more object."""
        number, self._next = self._next, self._next + 1
        return number

    def write(self, number: int, *content: bytes) -> None:
        """An object, in as many pieces as it is at hand."""
        self._offsets[number] = self._file.tell()
        for piece in (b"%d 0 obj\n" % number, *content, b"\nendobj\n"):
            self._file.write(piece)
            self._digest.update(_sample(piece))


class _Copying:
    """The objects of one part under the numbers that they have in the whole."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._numbers: dict[tuple[int, int], int] = {}
        self._left: list[tuple[int, Any]] = []

    def page(self, page: Any) -> int:
        number = self._writer.number()
        self._numbers[page.objgen] = number
        entries = {key: value for key, value in page.items() if key != "/Parent"}
        words = [*map(self._entry, entries.items()), b"/Parent " + _reference(_TREE)]
        self._writer.write(number, b"<< %b >>" % b" ".join(words))
        return number

    def finish(self) -> None:
        """Write what the pages name, and what that names."""
        import pikepdf

        while self._left:
            number, found = self._left.pop()
            if isinstance(found, pikepdf.Stream):
                data = found.read_raw_bytes()
                entries = [entry for entry in found.items() if entry[0] != "/Length"]
                words = [*map(self._entry, entries), b"/Length %d" % len(data)]
                head = b"<< %b >>\nstream\n" % b" ".join(words)
                self._writer.write(number, head, data, b"\nendstream")
            else:
                self._writer.write(number, self._direct(found))

    def _entry(self, entry: tuple[str, Any]) -> bytes:
        import pikepdf

        key, value = entry
        return b"%b %b" % (pikepdf.Name(key).unparse(), self._value(value))

    def _value(self, value: Any) -> bytes:
        """A reference to what is an object of its own."""
        if not getattr(value, "is_indirect", False):
            return self._direct(value)
        if value.objgen not in self._numbers:
            self._numbers[value.objgen] = self._writer.number()
            self._left.append((self._numbers[value.objgen], value))
        return _reference(self._numbers[value.objgen])

    def _direct(self, value: Any) -> bytes:
        import pikepdf

        if isinstance(value, pikepdf.Dictionary):
            return b"<< %b >>" % b" ".join(map(self._entry, value.items()))
        if isinstance(value, pikepdf.Array):
            return b"[ %b ]" % b" ".join(map(self._value, value))
        if isinstance(value, pikepdf.Object):
            return value.unparse()
        if isinstance(value, bool):
            return b"true" if value else b"false"
        if isinstance(value, int | Decimal):
            return format(value, "f" if isinstance(value, Decimal) else "d").encode()
        return b"null"


def _sample(piece: bytes) -> bytes:
    """What tells a piece from others: all of it, or its ends and, before it, its length."""
    return piece if len(piece) <= 2 * _ENDS_BYTES else piece[:_ENDS_BYTES] + piece[-_ENDS_BYTES:]


def _reference(number: int) -> bytes:
    return b"%d 0 R" % number
