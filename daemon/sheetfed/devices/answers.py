"""Answers: what a surveyor tells of one SANE backend, in our words and a person's."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetfed.core.cleaned import cleaned
from sheetfed.core.survey import BackendState
from sheetfed.devices import wire

_log = logging.getLogger(__name__)
_MAX_LOGGED_LINES = 20
_MAX_LINE = 500
_MAX_DEVICES = 1000
_DEVICE_WORDS = 4
_LIBSANE = re.compile(r"(\[[0-9:.]+\] )?\[(dll|sanei_debug)\] ")
_MISSING = "load: couldn't find backend"
_UNLOADABLE = re.compile(r"load: dlopen\(\) failed \((?P<why>.*)\)")
_STARTING = re.compile(r"init: initializing backend")
_STARTED = re.compile(r"init: backend .* is version")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the question to one backend. Devices are (device, vendor, model, type).

    `is_refusal`: its driver is not there or would not start. Distributions configure drivers that
    they do not ship, and some do not start when they find nothing to drive: that is no failure,
    unless it had scanners before.
    """

    backend: str
    state: BackendState
    message: str = ""
    devices: tuple[tuple[str, str, str, str], ...] = ()
    is_refusal: bool = False

    @property
    def is_fault(self) -> bool:
        """Whether the driver crashed or hung."""
        return self.state in (BackendState.CRASHED, BackendState.TIMEOUT)


def read_answer(message: wire.Message) -> Answer:
    """From a surveyor's message. Raises KeyError, TypeError or ValueError when it is none."""
    backend, words = str(message["backend"]), str(message["words"])
    answer = _read(backend, message, words)
    level = logging.WARNING if answer.is_fault else logging.DEBUG
    for line in _own_words(words)[:_MAX_LOGGED_LINES]:
        _log.log(level, "SANE backend %s: %s", backend, cleaned(line, _MAX_LINE))
    return answer


def _read(backend: str, message: wire.Message, words: str) -> Answer:
    if "signal" in message:
        trouble = f"its driver crashed ({message['signal']})"
        return Answer(backend, BackendState.CRASHED, trouble)
    if "exit" in message:
        trouble = f"its driver ended the process (exit code {message['exit']})"
        return Answer(backend, BackendState.CRASHED, trouble)
    if "late" in message:
        trouble = f"did not answer within {float(message['late']):g} s"
        return Answer(backend, BackendState.TIMEOUT, trouble)
    if "skipped" in message:
        return Answer(backend, BackendState.IN_USE)
    if "excess" in message:
        return Answer(backend, BackendState.FAILED, "its driver lists devices without end")
    report: Mapping[str, Any] = message["report"]
    if "error" in report:
        return Answer(
            backend, BackendState.FAILED, f"its driver says: {cleaned(str(report['error']))}"
        )
    devices = tuple(_device(words) for words in report["devices"][:_MAX_DEVICES])
    return Answer(backend, BackendState.OK, devices=devices) if devices else _empty(backend, words)


def _device(words: Sequence[object]) -> tuple[str, str, str, str]:
    device, vendor, model, kind = (str(word) for word in words[:_DEVICE_WORDS])
    return device, vendor, model, kind


def _empty(backend: str, words: str) -> Answer:
    """Why a backend lists nothing, which libsane says in its debug messages only."""
    if unloadable := _UNLOADABLE.search(words):
        trouble = f"its driver cannot be loaded: {cleaned(unloadable['why'])}"
        return Answer(backend, BackendState.FAILED, trouble)
    if _MISSING in words:
        trouble = "its driver is not installed"
        return Answer(backend, BackendState.OK, trouble, is_refusal=True)
    if _STARTING.search(words) and not _STARTED.search(words):
        trouble = "its driver would not start; some do not when they find nothing to drive"
        return Answer(backend, BackendState.OK, trouble, is_refusal=True)
    return Answer(backend, BackendState.OK)


def _own_words(words: str) -> list[str]:
    """A driver's last words, without libsane's."""
    lines = (line.rstrip() for line in words.splitlines())
    return [line for line in lines if line and not _LIBSANE.match(line)]
