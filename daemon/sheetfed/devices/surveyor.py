"""Surveyor: asks each SANE backend for its devices in a child process of its own.

Runs instead of a worker's commands, in a process without threads, so that a forked child is as
fresh to a driver as a new process is. A child that crashes, hangs or never stops talking costs
its own backend only.
"""

import json
import os
import resource
import selectors
import signal
import socket
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sheetfed.devices import endings, libsane, wire

Devices = Sequence[Sequence[str]]

_AT_ONCE = 4
_CHUNK_BYTES = 64 * 1024
_MAX_REPORT_BYTES = 256 * 1024
_MAX_WORDS_BYTES = 16 * 1024
_MARGIN_S = 5
_REPORT_FD = 3


@dataclass(slots=True)
class _Child:
    """A child that asks one backend, what it has reported, and its last words."""

    backend: str
    pid: int
    pidfd: int
    report_fd: int
    words_fd: int
    until: float
    report: bytearray = field(default_factory=bytearray)
    words: bytearray = field(default_factory=bytearray)


class Surveyor:
    """One look: all backends of one request, a few at a time."""

    def __init__(self, *, channel: socket.socket, list_devices: Callable[[], Devices]) -> None:
        self._channel = channel
        self._list_devices = list_devices
        self._decoder = wire.Decoder()
        self._selector = selectors.DefaultSelector()
        self._waiting: list[dict[str, str]] = []
        self._children: list[_Child] = []
        self._is_alone = False

    def run(self) -> None:
        """Until every backend has answered or had its time, or the daemon has gone."""
        request = self._request()
        if request is None:
            return
        self._selector.register(self._channel, selectors.EVENT_READ)
        self._waiting = list(request["questions"])
        limit_s = request["limit_s"]
        try:
            while (self._waiting or self._children) and not self._is_alone:
                self._obey()
                if self._waiting and len(self._children) < _AT_ONCE:
                    question = self._waiting.pop(0)
                    self._ask(question["backend"], question["config_dir"], limit_s)
                elif self._children:
                    self._attend()
                self._end_late_ones(limit_s)
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            for child in self._children:
                _kill(child)

    def _request(self) -> wire.Message | None:
        while data := self._channel.recv(_CHUNK_BYTES):
            for message in self._decoder.feed(data):
                return message
        return None

    def _ask(self, backend: str, config_dir: str, limit_s: float) -> None:
        report_fd, their_report = os.pipe()
        words_fd, their_words = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _be_child(parent, their_report, their_words, config_dir, limit_s, self._list_devices)
        os.close(their_report)
        os.close(their_words)
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        child = _Child(
            backend=backend,
            pid=pid,
            pidfd=os.pidfd_open(pid),
            report_fd=report_fd,
            words_fd=words_fd,
            until=time.monotonic() + limit_s,
        )
        self._children.append(child)
        for fd in (report_fd, words_fd):
            os.set_blocking(fd, False)
            self._selector.register(fd, selectors.EVENT_READ, child)
        self._selector.register(child.pidfd, selectors.EVENT_READ, child)

    def _attend(self) -> None:
        """Hear the children until the next deadline, or until the daemon says something."""
        patience_s = min(child.until for child in self._children) - time.monotonic()
        for key, _ in self._selector.select(max(patience_s, 0)):
            child = key.data
            if child not in self._children:
                continue
            if key.fd == child.pidfd:
                self._ended(child)
            else:
                self._hear(child, key.fd)

    def _obey(self) -> None:
        """Leave out what the daemon is about to use; notice when it has gone."""
        data = b""
        with suppress(BlockingIOError):
            data = self._channel.recv(_CHUNK_BYTES, socket.MSG_DONTWAIT)
            self._is_alone = not data
        # Orders may have come together with the questions.
        for message in self._decoder.feed(data):
            for question in [it for it in self._waiting if it["backend"] == message["skip"]]:
                self._waiting.remove(question)
                self._tell({"backend": question["backend"], "words": "", "skipped": True})

    def _hear(self, child: _Child, fd: int) -> None:
        """Take what is there; words beyond the limit are read and dropped."""
        try:
            data = os.read(fd, _CHUNK_BYTES)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(fd)
        elif fd == child.words_fd:
            child.words += data[: _MAX_WORDS_BYTES - len(child.words)]
        else:
            child.report += data
            if len(child.report) > _MAX_REPORT_BYTES:
                self._done(child, {"excess": True})

    def _ended(self, child: _Child) -> None:
        with suppress(ChildProcessError):
            _, status = os.waitpid(child.pid, 0)
        for fd, sink in ((child.report_fd, child.report), (child.words_fd, child.words)):
            with suppress(BlockingIOError):
                while len(sink) <= _MAX_REPORT_BYTES and (data := os.read(fd, _CHUNK_BYTES)):
                    sink += data
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            self._done(child, {"signal": endings.signal_name(-code)})
            return
        try:
            self._done(child, {"report": json.loads(child.report)})
        except (ValueError, RecursionError):
            self._done(child, {"exit": code})

    def _end_late_ones(self, limit_s: float) -> None:
        now = time.monotonic()
        for child in [child for child in self._children if child.until <= now]:
            self._done(child, {"late": limit_s})

    def _done(self, child: _Child, outcome: wire.Message) -> None:
        """Tell what became of it, and leave nothing of it, nor of what it has started."""
        self._children.remove(child)
        _kill(child)
        for fd in (child.report_fd, child.words_fd, child.pidfd):
            with suppress(KeyError):
                self._selector.unregister(fd)
            os.close(fd)
        words = bytes(child.words[:_MAX_WORDS_BYTES]).decode(errors="replace")
        self._tell({"backend": child.backend, "words": words, **outcome})

    def _tell(self, message: wire.Message) -> None:
        self._channel.sendall(wire.encode(message))


def _kill(child: _Child) -> None:
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(child.pid, signal.SIGKILL)


def _be_child(
    parent: int,
    report_fd: int,
    words_fd: int,
    config_dir: str,
    limit_s: float,
    list_devices: Callable[[], Devices],
) -> NoReturn:
    """Ask the one backend that the configuration names; never returns."""
    try:
        libsane.die_with_parent()
        os.setpgid(0, 0)
        if os.getppid() != parent:
            os._exit(1)
        signal.alarm(int(limit_s) + _MARGIN_S)
        os.dup2(words_fd, 2)
        os.dup2(report_fd, _REPORT_FD)
        os.closerange(_REPORT_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        os.environ["SANE_CONFIG_DIR"] = config_dir
        # So it says whether the driver could be loaded and started, which no call tells.
        os.environ["SANE_DEBUG_DLL"] = "4"
        report = json.dumps(_report(list_devices)).encode()
        while report:
            report = report[os.write(_REPORT_FD, report) :]
        # Without sane_exit and destructors, in which drivers crash.
        os._exit(0)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(1)


def _report(list_devices: Callable[[], Devices]) -> dict[str, Any]:
    try:
        return {"devices": [list(device) for device in list_devices()]}
    except Exception as error:  # noqa: BLE001
        return {"error": str(error)}
