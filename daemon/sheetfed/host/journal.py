"""Journal: log records with their ids as fields where journald listens, else lines on stderr."""

import errno
import logging
import os
import re
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

SOCKET = Path("/run/systemd/journal/socket")
_PREFIX = "SHEETFED_"
_NAME_MAX = 64 - len(_PREFIX)
_CUT_BYTES = 16 * 1024
_OWN_ATTRIBUTES = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"))
_PRIORITIES = (
    (logging.CRITICAL, "2"),
    (logging.ERROR, "3"),
    (logging.WARNING, "4"),
    (logging.INFO, "6"),
    (logging.NOTSET, "7"),
)
_SERVICE = {"SYSLOG_IDENTIFIER": "sheetfed"}
_ONE_LINE = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
_VISIBLE = {code: shown for code, shown in _ONE_LINE.items() if chr(code) not in "\n\t"}


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Log to the journal if the stream (stderr) is connected to it, else to the stream."""
    stream = sys.stderr if stream is None else stream
    close()
    handler = JournalHandler() if _is_journal(stream) else LineHandler(stream)
    logging.getLogger().addHandler(handler)
    set_level(level)


def set_level(level: str) -> None:
    """debug, info, warning or error for our own; libraries say nothing below a warning."""
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger("sheetfed").setLevel(number)
    logging.getLogger().setLevel(max(number, logging.WARNING))


def level() -> str:
    """The level that is set, as `set_level` takes it."""
    return logging.getLevelName(logging.getLogger("sheetfed").getEffectiveLevel()).lower()


def close() -> None:
    """Undo `configure`."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, JournalHandler | LineHandler):
            root.removeHandler(handler)
            handler.close()


class LineHandler(logging.StreamHandler[TextIO]):
    """One readable line a record, its ids behind the text; a traceback follows indented."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(logging.Formatter("%(message)s"))

    def format(self, record: logging.LogRecord) -> str:
        ids = "".join(f" {name}={value}" for name, value in _ids(record))
        head, *rest = super().format(record).translate(_VISIBLE).splitlines() or [""]
        level = record.levelname.lower()
        return "\n    ".join([f"{level}: {head}{ids.translate(_ONE_LINE)}", *rest])


class JournalHandler(logging.Handler):
    """Datagrams in journald's native protocol. Never waits: what it cannot take is counted."""

    def __init__(self, path: Path = SOCKET) -> None:
        super().__init__()
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        try:
            fields = dict(_fields(record, self.format(record)))
        except Exception:  # noqa: BLE001
            self.handleError(record)
            return
        if self._lost:
            note = {"MESSAGE": f"{self._lost} log records were lost", "PRIORITY": "4"}
            if self._send({**_SERVICE, **note}):
                self._lost = 0
        if not self._send(fields):
            self._lost += 1

    def close(self) -> None:
        self._socket.close()
        super().close()

    def _send(self, fields: dict[str, str]) -> bool:
        for field_bytes_max in (None, _CUT_BYTES):
            try:
                self._socket.sendto(_datagram(fields, field_bytes_max), self._path)
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    return False
            else:
                return True
        return False


def _is_journal(stream: TextIO) -> bool:
    """Whether JOURNAL_STREAM (systemd.exec(5)) names the very file the stream writes to."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def _ids(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    """What the caller passed as `extra`."""
    for name, value in vars(record).items():
        if name not in _OWN_ATTRIBUTES:
            yield name, value


def _fields(record: logging.LogRecord, message: str) -> Iterator[tuple[str, str]]:
    """systemd.journal-fields(7), and the ids as fields of ours."""
    yield "MESSAGE", message
    yield "PRIORITY", next(text for least, text in _PRIORITIES if record.levelno >= least)
    yield from _SERVICE.items()
    yield "CODE_FILE", record.pathname
    yield "CODE_LINE", str(record.lineno)
    yield "CODE_FUNC", record.funcName or ""
    yield "LOGGER", record.name
    for name, value in _ids(record):
        yield _PREFIX + re.sub(r"[^A-Z0-9_]", "_", name.upper())[:_NAME_MAX], str(value)


def _datagram(fields: dict[str, str], field_bytes_max: int | None) -> bytes:
    """The native protocol: NAME=value lines, or NAME, a 64-bit length and the bytes."""
    parts = []
    for name, value in fields.items():
        content = value.encode("utf-8", "backslashreplace")
        if field_bytes_max is not None and len(content) > field_bytes_max:
            half = field_bytes_max // 2
            content = content[:half] + b"\n[...]\n" + content[-half:]
        if b"\n" in content:
            parts.append(name.encode() + b"\n" + struct.pack("<Q", len(content)) + content + b"\n")
        else:
            parts.append(name.encode() + b"=" + content + b"\n")
    return b"".join(parts)
