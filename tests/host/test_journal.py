"""Where log records go: a real datagram socket in journald's place, or lines on a stream."""

import logging
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetfed.host import journal
from sheetfed.host.journal import JournalHandler, LineHandler

log = logging.getLogger("sheetfed.test")


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "socket"))
        receiver.setblocking(False)
        yield receiver


@pytest.fixture
def handler(journald: socket.socket) -> Iterator[JournalHandler]:
    handler = JournalHandler(Path(journald.getsockname()))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield handler
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)
    handler.close()


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Path]:
    """A file that logging was configured to write to."""
    with (tmp_path / "log").open("w") as stream:
        journal.configure("info", stream=stream)
        yield tmp_path / "log"
        journal.close()
    log.parent.setLevel(logging.NOTSET)  # type: ignore[union-attr]
    logging.getLogger().setLevel(logging.WARNING)


def entry(journald: socket.socket) -> dict[str, str]:
    """One datagram, taken apart by the rules of the native protocol."""
    data, fields = journald.recv(1 << 20), {}
    while data:
        head, _, data = data.partition(b"\n")
        name, equals, value = head.partition(b"=")
        if not equals:
            (length,) = struct.unpack_from("<Q", data)
            value, end, data = (
                data[8 : 8 + length],
                data[8 + length : 9 + length],
                data[9 + length :],
            )
            assert end == b"\n"
        fields[name.decode()] = value.decode()
    return fields


async def test_ids_become_fields(journald: socket.socket, handler: JournalHandler) -> None:
    log.info("scanned %d pages", 3, extra={"job": "j1", "page-count": 3})
    fields = entry(journald)
    assert fields["MESSAGE"] == "scanned 3 pages"
    assert fields["SHEETFED_JOB"] == "j1"
    assert fields["SHEETFED_PAGE_COUNT"] == "3"


async def test_a_record_says_where_it_comes_from(
    journald: socket.socket, handler: JournalHandler
) -> None:
    log.info("x")
    fields = entry(journald)
    assert fields["CODE_FUNC"] == "test_a_record_says_where_it_comes_from"
    assert fields["CODE_FILE"] == __file__
    assert int(fields["CODE_LINE"]) > 1
    assert fields["LOGGER"] == "sheetfed.test"
    assert fields["SYSLOG_IDENTIFIER"] == "sheetfed"


async def test_a_plain_record_has_no_fields_of_ours(
    journald: socket.socket, handler: JournalHandler
) -> None:
    log.info("x")
    assert not [name for name in entry(journald) if name.startswith("SHEETFED_")]


@pytest.mark.parametrize(
    ("level", "priority"), [(10, "7"), (20, "6"), (30, "4"), (40, "3"), (50, "2")]
)
async def test_a_level_becomes_a_priority(
    journald: socket.socket, handler: JournalHandler, level: int, priority: str
) -> None:
    log.log(level, "x")
    assert entry(journald)["PRIORITY"] == priority


async def test_a_value_with_line_breaks_cannot_make_a_field(
    journald: socket.socket, handler: JournalHandler
) -> None:
    log.info("a\nPRIORITY=0\nb", extra={"origin": "c\nMESSAGE=d"})
    fields = entry(journald)
    assert fields["MESSAGE"] == "a\nPRIORITY=0\nb"
    assert fields["PRIORITY"] == "6"
    assert fields["SHEETFED_ORIGIN"] == "c\nMESSAGE=d"


async def test_a_traceback_follows_the_message(
    journald: socket.socket, handler: JournalHandler
) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("it failed")
    message = entry(journald)["MESSAGE"]
    assert message.startswith("it failed\nTraceback")
    assert message.endswith("ValueError: broken")


async def test_a_message_too_large_for_a_datagram_is_cut_in_its_middle(
    journald: socket.socket, handler: JournalHandler
) -> None:
    log.info("begin %s end", "x" * 1_000_000, extra={"job": "j1"})
    fields = entry(journald)
    assert fields["MESSAGE"].startswith("begin x")
    assert fields["MESSAGE"].endswith("x end")
    assert "[...]" in fields["MESSAGE"]
    assert fields["SHEETFED_JOB"] == "j1"


async def test_a_journal_that_does_not_read_never_makes_the_daemon_wait_and_learns_the_loss(
    journald: socket.socket, handler: JournalHandler
) -> None:
    for _ in range(1000):
        log.info("x")
    received = 0
    while True:
        try:
            entry(journald)
        except BlockingIOError:
            break
        received += 1
    assert 0 < received < 1000
    log.info("afterwards")
    assert entry(journald)["MESSAGE"] == f"{1000 - received} log records were lost"
    assert entry(journald)["MESSAGE"] == "afterwards"


async def test_a_journal_that_is_restarted_is_found_again(
    journald: socket.socket, handler: JournalHandler, tmp_path: Path
) -> None:
    (tmp_path / "socket").unlink()
    log.info("lost")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as again:
        again.bind(str(tmp_path / "socket"))
        log.info("found")
        assert entry(again)["MESSAGE"] == "1 log records were lost"
        assert entry(again)["MESSAGE"] == "found"


def test_a_stream_that_is_the_journals_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: Path
) -> None:
    with (tmp_path / "stream").open("w") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        journal.configure("info", stream=stream)
        assert isinstance(logging.getLogger().handlers[-1], JournalHandler)
        journal.close()


@pytest.mark.parametrize("value", ["", "1:2", "nonsense"])
def test_any_other_stream_gets_lines(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: Path
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", value)
    with (tmp_path / "stream").open("w") as stream:
        journal.configure("info", stream=stream)
        assert isinstance(logging.getLogger().handlers[-1], LineHandler)
        journal.close()


def test_a_line_has_level_text_and_ids(lines: Path) -> None:
    log.warning("scanner is gone", extra={"scanner": "s1"})
    assert lines.read_text() == "warning: scanner is gone scanner=s1\n"


def test_a_line_cannot_be_forged_and_shows_no_control_characters(lines: Path) -> None:
    log.info("a\nerror: b\x1b[2J", extra={"origin": "c\nd\x7f"})
    assert lines.read_text() == "info: a origin=c\\x0ad\\x7f\n    error: b\\x1b[2J\n"


def test_a_traceback_is_indented_under_its_line(lines: Path) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("it failed")
    first, *rest = lines.read_text().splitlines()
    assert first == "error: it failed"
    assert rest
    assert all(line.startswith("    ") for line in rest)


def test_libraries_say_nothing_below_a_warning(lines: Path) -> None:
    journal.set_level("debug")
    logging.getLogger("library").info("chatter")
    logging.getLogger("library").warning("trouble")
    log.debug("detail")
    assert lines.read_text() == "warning: trouble\ndebug: detail\n"


def test_the_level_can_be_changed_while_running(lines: Path) -> None:
    journal.set_level("error")
    log.warning("quiet")
    journal.set_level("info")
    log.info("heard")
    assert lines.read_text() == "info: heard\n"


def test_configuring_again_does_not_log_twice(lines: Path) -> None:
    with lines.open("a") as stream:
        journal.configure("info", stream=stream)
        log.info("once")
        assert lines.read_text() == "info: once\n"
        journal.close()
