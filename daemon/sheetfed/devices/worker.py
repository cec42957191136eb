"""Worker: the process that holds one scanner; the only one that loads libsane.

Run by the daemon as `python -m sheetfed.devices.worker FD`. The main thread owns the device and
executes one command at a time.
"""

import contextlib
import errno
import faulthandler
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import _sane
import sane

from sheetfed.core.errors import ErrorCode
from sheetfed.devices import airscan, libsane, patience, statuses, surveyor, threads, values, wire
from sheetfed.devices.control import Control, Request, receive_channel
from sheetfed.devices.optionwork import OptionWork
from sheetfed.devices.pages import PageReader, Sheet

_PROGRESS_S = 0.1
_REARM_S = 1.0
_END_S = 3
_FORMATS = {"gray": "gray", "color": "rgb", "red": "red", "green": "green", "blue": "blue"}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Worker:
    """Executes the daemon's commands on at most one device."""

    def __init__(self, *, control: Control) -> None:
        self._control = control
        self._device: Any = None
        self._handle: libsane.Handle | None = None
        self._option_work: OptionWork | None = None
        self._is_started = False
        self._is_over = False
        self._request = Request(0, "", {}, None)
        self._told_at = 0.0
        self._armed_at = 0.0
        self._commands: dict[str, Callable[[Request], wire.Message]] = {
            "open": self._open,
            "options": self._options,
            "set": self._set,
            "read": self._read,
            "close": self._close,
        }

    def run(self) -> None:
        """Until the daemon says close, or has gone."""
        while (request := self._control.next()) is not None:
            self._arm(request)
            answer = self._answer(request)
            self._control.finish(request.number)
            self._control.send(request.number, answer)
            # Told before, since drivers hang in sane_cancel.
            if self._is_over:
                self._end_scan()
            faulthandler.cancel_dump_traceback_later()
            if request.command == "close":
                return

    def release(self) -> None:
        """Give the device back, whatever state it is in."""
        self._control.set_interrupt(None)
        self._end_scan()
        device, self._device, self._handle = self._device, None, None
        self._option_work = None
        if device is not None:
            device.close()

    def _answer(self, request: Request) -> wire.Message:
        try:
            return {"result": self._commands[request.command](request)}
        except statuses.SaneError as error:
            return {"error": {"code": error.code, "text": error.text}}
        except _sane.error as error:
            known = statuses.from_text(str(error))
            return {"error": {"code": known.code, "text": known.text}}
        except Exception as error:  # noqa: BLE001
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                return {"error": {"code": ErrorCode.STORE_FULL, "text": ""}}
            traceback.print_exc()
            return {"error": {"code": ErrorCode.INTERNAL_ERROR, "text": ""}}
        finally:
            if request.fd is not None:
                os.close(request.fd)

    def _open(self, request: Request) -> wire.Message:
        if config_dir := request.body.get("config_dir"):
            os.environ["SANE_CONFIG_DIR"] = config_dir
        sane.init()
        self._device = patience.insist(
            lambda: _open(request.body["device"]),
            busy_s=request.body.get("busy_s", 0.0),
            is_canceled=lambda: self._control.is_canceled(request.number),
        )
        self._handle = libsane.Handle(extension_path=_sane.__file__, device=self._device)
        if _parameters(self._device.get_parameters) != _ours(self._handle):
            self._handle = None
            raise RuntimeError("python-sane and ctypes see different devices")
        self._option_work = OptionWork(device=self._handle, step=self._step)
        self._control.set_interrupt(self._handle.cancel)
        return {}

    def _options(self, request: Request) -> wire.Message:
        self._request = request
        return {"options": self._work().describe()}

    def _set(self, request: Request) -> wire.Message:
        self._request = request
        return self._work().set(request.body)

    def _work(self) -> OptionWork:
        if self._option_work is None:
            raise RuntimeError("no device is open")
        return self._option_work

    def _read(self, request: Request) -> wire.Message:
        if request.fd is None or self._handle is None:
            raise RuntimeError("no device is open, or no spool was given")
        self._request = request
        reader = PageReader(
            source=self._handle,
            start=self._start,
            is_canceled=lambda: self._control.is_canceled(request.number),
            progress=self._progress,
            busy_s=request.body["busy_s"],
        )
        key = request.body.get("key")
        sheet = Sheet(
            fd=request.fd,
            key=None if key is None else bytes.fromhex(key),
            x_dpi=request.body["x_dpi"],
            y_dpi=request.body["y_dpi"],
        )
        self._is_over = True
        reader.read(sheet)
        # Between the sheets of a feeder there must be no sane_cancel.
        self._is_over = not request.body["is_feeder"]
        return {}

    def _close(self, _: Request) -> wire.Message:
        self.release()
        return {}

    def _start(self) -> None:
        if self._control.is_canceled(self._request.number):
            raise statuses.SaneError(ErrorCode.CANCELED_AT_DEVICE, "canceled")
        self._is_started = True
        try:
            self._device.start()
        except _sane.error as error:
            raise statuses.from_text(str(error)) from error

    def _end_scan(self) -> None:
        self._is_over = False
        if self._is_started:
            self._is_started = False
            threads.let_rest()
            self._device.cancel()

    def _progress(self, percent: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= _PROGRESS_S:
            self._told_at = now
            self._control.send(self._request.number, {"progress": percent})
        self._rearm()

    def _step(self, option: str) -> None:
        """Tell what is about to be read, since drivers hang in it."""
        self._control.send(self._request.number, {"option": option})
        self._rearm()

    def _rearm(self) -> None:
        if time.monotonic() - self._armed_at >= _REARM_S:
            self._arm(self._request)

    def _arm(self, request: Request) -> None:
        """End this process when a call holds the interpreter past its limit."""
        self._armed_at = time.monotonic()
        faulthandler.dump_traceback_later(request.body["limit_s"], exit=True)


def _parameters(read: Callable[[], Any]) -> object:
    """python-sane's parameters; a device that has none yet says so by an error."""
    try:
        name, is_last, (width, lines), depth, bytes_per_line = read()
    except _sane.error as error:
        return statuses.from_text(str(error)).code
    return (_FORMATS.get(name), bool(is_last), width, lines, depth, bytes_per_line)


def _ours(handle: libsane.Handle) -> object:
    try:
        ours = handle.parameters()
    except statuses.SaneError as error:
        return error.code
    channel = None if ours.channel is None else ours.channel.value
    size = (ours.pixels_per_line, ours.lines, ours.depth, ours.bytes_per_line)
    return (channel, ours.is_last_frame, *size)


def _end_soon() -> None:
    """The kernel's alarm ends this process; where a driver ignores that, a watchdog does."""
    signal.alarm(_END_S)
    faulthandler.dump_traceback_later(_END_S + 1, exit=True)


def _open(device: str) -> Any:
    """Not by sane.open, which reads all options and fails on words that are not UTF-8."""
    try:
        return _sane._open(device)  # noqa: SLF001
    except _sane.error as error:
        refusal = statuses.from_text(str(error))
        name = airscan.renamed(device, lambda: (name for name, *_ in _list_devices()))
        if name is None and _is_foreign(device):
            raise statuses.SaneError(ErrorCode.SCANNER_LOST, statuses.FOREIGN_NAME) from error
        if name is None:
            raise refusal from error
        return _sane._open(name)  # noqa: SLF001


def _is_foreign(device: str) -> bool:
    """Whether the driver spells the name in bytes that python-sane, which sends UTF-8, cannot."""
    if device.isascii():
        return False
    names = [name for name, *_ in libsane.device_list(extension_path=_sane.__file__)]
    return device.encode() not in names and device in map(values.text, names)


def _list_devices() -> surveyor.Devices:
    """Not by sane.get_devices, which fails on words that are not UTF-8."""
    sane.init()
    devices = libsane.device_list(extension_path=_sane.__file__)
    return [[values.text(word) for word in device] for device in devices]


def _survey(channel: socket.socket) -> None:
    surveyor.Surveyor(channel=channel, list_devices=_list_devices).run()


def _work(channel: socket.socket) -> None:
    control = Control(channel=channel, on_gone=_end_soon)
    control.start()
    worker = Worker(control=control)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        worker.run()
    worker.release()


def main() -> None:
    # The daemon decides when this process ends, not a key press in its terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    libsane.warm_unwinder()
    channel = receive_channel(int(sys.argv[1]))
    try:
        if wire.SURVEY in sys.argv[2:]:
            _survey(channel)
        else:
            _work(channel)
    except Exception:  # noqa: BLE001
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        # Without sane_exit and destructors, in which drivers crash.
        os._exit(0)


if __name__ == "__main__":
    main()
