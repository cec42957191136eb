"""Option work: what the worker does with its device's options."""

import json
import sys
from collections.abc import Callable
from typing import Any, Protocol

from sheetfed.core.errors import ErrorCode
from sheetfed.devices import values, wire
from sheetfed.devices.libsane import Descriptor
from sheetfed.devices.statuses import SaneError
from sheetfed.devices.values import Cap, Kind

_INFO_RELOAD_OPTIONS = 1 << 1
_MOST_OPTIONS = 2000
_LONGEST_TEXT = 4096
_ROOM_BYTES = wire.MAX_BODY_BYTES - 64 * 1024
_WITH_VALUES = (Kind.BOOL, Kind.INT, Kind.FIXED, Kind.STRING)


class Controlled(Protocol):
    """A device's options; `libsane.Handle` is the real one."""

    def descriptor(self, index: int) -> Descriptor | None: ...
    def get(self, index: int, size_bytes: int) -> bytes: ...
    def set(self, index: int, value: bytes) -> int: ...
    def set_automatic(self, index: int) -> int: ...


class OptionWork:
    """Describes options and sets them. `step` is told which option the driver is asked of."""

    def __init__(self, *, device: Controlled, step: Callable[[str], None]) -> None:
        self._device = device
        self._step = step
        self._has_told_of_more = False

    def describe(self) -> list[wire.Message]:
        """Every option but the first, which is their number, as far as one message holds them."""
        room_bytes = _ROOM_BYTES
        found = []
        for descriptor in self._descriptors():
            message = _message(descriptor, self._value(descriptor))
            size_bytes = len(json.dumps(message))
            if size_bytes > room_bytes:
                message["value"] = None
                size_bytes = len(json.dumps(message))
            room_bytes -= size_bytes
            if room_bytes < 0:
                self._tell_of_more(descriptor.index)
                break
            found.append(message)
        return found

    def set(self, body: wire.Message) -> wire.Message:
        """Set one option; the answer is its value then, or all options when those have changed.

        Raises SaneError.
        """
        index = body["index"]
        descriptor = self._device.descriptor(index)
        if descriptor is None:
            raise SaneError(ErrorCode.SETTINGS_REFUSED, "no such option")
        if body.get("automatic"):
            info = self._device.set_automatic(index)
        else:
            info = self._device.set(index, _encoded(descriptor, body["value"]))
        if info & _INFO_RELOAD_OPTIONS:
            return {"options": self.describe()}
        return {"value": self._value(descriptor)}

    def _descriptors(self) -> list[Descriptor]:
        """Option 0 holds their number (SANE 1.0 §4.3.6); without it, until there are no more."""
        first = self._device.descriptor(0)
        told = None if first is None else self._value(first)
        count = told if isinstance(told, int) and told > 0 else _MOST_OPTIONS + 1
        found: list[Descriptor] = []
        for index in range(1, count):
            descriptor = self._device.descriptor(index)
            if descriptor is None:
                break
            if index == _MOST_OPTIONS:
                self._tell_of_more(index)
                break
            found.append(descriptor)
        return found

    def _tell_of_more(self, index: int) -> None:
        """Into the daemon's log, once."""
        if not self._has_told_of_more:
            self._has_told_of_more = True
            sys.stderr.write(f"the options from number {index} on are too many\n")
            sys.stderr.flush()

    def _value(self, descriptor: Descriptor) -> values.Plain | None:
        """None where there is none, and where the driver does not tell."""
        size_bytes = descriptor.size
        is_readable = descriptor.cap & (Cap.SOFT_DETECT | Cap.SOFT_SELECT)
        if descriptor.cap & Cap.INACTIVE or not is_readable:
            return None
        if descriptor.type not in _WITH_VALUES or not 0 < size_bytes <= values.LONGEST_BYTES:
            return None
        self._step(_short(descriptor.name))
        try:
            return values.decode(descriptor.type, self._device.get(descriptor.index, size_bytes))
        except SaneError:
            return None


def _message(descriptor: Descriptor, value: values.Plain | None) -> wire.Message:
    limits = descriptor.range
    words: list[Any] | None = None
    if descriptor.words is not None:
        words = list(values.numbers(descriptor.type, descriptor.words))
    elif descriptor.texts is not None:
        words = [_short(raw) for raw in descriptor.texts]
    return {
        "index": descriptor.index,
        "name": _short(descriptor.name),
        "title": _short(descriptor.title),
        "desc": _short(descriptor.desc),
        "type": descriptor.type,
        "unit": descriptor.unit,
        "size": descriptor.size,
        "cap": descriptor.cap,
        "range": None if limits is None else values.numbers(descriptor.type, limits),
        "list": words,
        "value": value,
    }


def _short(raw: bytes | None) -> str:
    return values.text(raw or b"")[:_LONGEST_TEXT]


def _encoded(descriptor: Descriptor, value: object) -> bytes:
    """The value's bytes in memory of the size that the driver expects."""
    try:
        raw = values.encode(descriptor.type, value, descriptor.texts or ())
    except ValueError as error:
        raise SaneError(ErrorCode.SETTINGS_REFUSED, str(error)) from error
    if descriptor.type == Kind.BUTTON:
        return raw
    is_number = descriptor.type in (Kind.INT, Kind.FIXED)
    fits = len(raw) == descriptor.size if is_number else len(raw) <= descriptor.size
    if not fits or descriptor.size > values.LONGEST_BYTES:
        raise SaneError(ErrorCode.SETTINGS_REFUSED, "the value has another size")
    return raw.ljust(descriptor.size, b"\0")
