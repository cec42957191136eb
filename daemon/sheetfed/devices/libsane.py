"""Libsane: the calls that python-sane cannot do, by ctypes on the libsane it has loaded.

Prototypes and structures are those of SANE 1.0 §4.2 and §4.3.
"""

import ctypes
import itertools
import signal
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

from sheetfed.core.spoolfile import Channel
from sheetfed.devices import lifeline
from sheetfed.devices.statuses import Status, from_status

_CHANNELS = (Channel.GRAY, Channel.RGB, Channel.RED, Channel.GREEN, Channel.BLUE)
_BACKTRACE_DEPTH = 4
_PR_SET_PDEATHSIG = 1
_MOST_CHOICES = 10_000
_MOST_DEVICES = 10_000
# Drivers write past the size that they tell.
_SLACK_BYTES = 4096


class _Parameters(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_int),
        ("last_frame", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
        ("pixels_per_line", ctypes.c_int),
        ("lines", ctypes.c_int),
        ("depth", ctypes.c_int),
    )


class _Device(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_char_p) for name in ("name", "vendor", "model", "type"))


class _Range(ctypes.Structure):
    _fields_ = (("min", ctypes.c_int), ("max", ctypes.c_int), ("quant", ctypes.c_int))


class _Constraint(ctypes.Union):
    _fields_ = (
        ("string_list", ctypes.POINTER(ctypes.c_char_p)),
        ("word_list", ctypes.POINTER(ctypes.c_int)),
        ("range", ctypes.POINTER(_Range)),
    )


class _Descriptor(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("desc", ctypes.c_char_p),
        ("type", ctypes.c_int),
        ("unit", ctypes.c_int),
        ("size", ctypes.c_int),
        ("cap", ctypes.c_int),
        ("constraint_type", ctypes.c_int),
        ("constraint", _Constraint),
    )


class _ConstraintType(IntEnum):
    NONE = 0
    RANGE = 1
    WORD_LIST = 2
    STRING_LIST = 3


class _Action(IntEnum):
    GET_VALUE = 0
    SET_VALUE = 1
    SET_AUTO = 2


@dataclass(frozen=True, slots=True)
class Descriptor:
    """SANE_Option_Descriptor (SANE 1.0 §4.2.9) as the driver gives it, right or wrong.

    At most one of `range` (lowest, highest, step), `words` and `texts` is there; words are empty
    for a constraint that cannot be read.
    """

    index: int
    name: bytes | None
    title: bytes | None
    desc: bytes | None
    type: int
    unit: int
    size: int
    cap: int
    range: tuple[int, int, int] | None = None
    words: tuple[int, ...] | None = None
    texts: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """SANE_Parameters (SANE 1.0 §4.3.8); `channel` is None for a format we do not know."""

    channel: Channel | None
    is_last_frame: bool
    bytes_per_line: int
    pixels_per_line: int
    lines: int
    depth: int


class Buffer(Protocol):
    """What `Handle.read` fills."""

    def __len__(self) -> int: ...


def buffer(size_bytes: int) -> tuple[Buffer, memoryview]:
    """Memory for `Handle.read`, and the view through which its bytes are taken out."""
    memory = (ctypes.c_ubyte * size_bytes)()
    return memory, memoryview(memory).cast("B")


def warm_unwinder() -> None:
    """Load glibc's unwinder now.

    A reader thread that is cancelled while it loads for the first time leaves the loader's lock
    taken, and the process' next dlopen hangs.
    """
    frames = (ctypes.c_void_p * _BACKTRACE_DEPTH)()
    ctypes.CDLL(None).backtrace(frames, _BACKTRACE_DEPTH)


def die_with_parent() -> None:
    """Have the kernel end this process when the one that has forked it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def device_list(*, extension_path: str) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """Name, vendor, model and type of each device (SANE 1.0 §4.2.8, §4.3.3), as the driver spells
    them; what it leaves out is empty. Raises SaneError."""
    get_devices = ctypes.CDLL(extension_path).sane_get_devices
    get_devices.argtypes = (ctypes.POINTER(ctypes.POINTER(ctypes.POINTER(_Device))), ctypes.c_int)
    get_devices.restype = ctypes.c_int
    listed = ctypes.POINTER(ctypes.POINTER(_Device))()
    status = get_devices(ctypes.byref(listed), False)
    if status != Status.GOOD:
        raise from_status(status)
    found: list[tuple[bytes, bytes, bytes, bytes]] = []
    while listed and len(found) < _MOST_DEVICES and (pointer := listed[len(found)]):
        raw = pointer.contents
        found.append((raw.name or b"", raw.vendor or b"", raw.model or b"", raw.type or b""))
    return found


class Handle:
    """An open device's SANE_Handle, taken out of python-sane's object, which goes on owning it."""

    def __init__(self, *, extension_path: str, device: object) -> None:
        """Raises RuntimeError when the object cannot hold a handle."""
        # The extension's own link finds the libsane it uses, not another of the same name.
        lib = ctypes.CDLL(extension_path)
        self._get_parameters = lib.sane_get_parameters
        self._get_parameters.argtypes = (ctypes.c_void_p, ctypes.POINTER(_Parameters))
        self._get_parameters.restype = ctypes.c_int
        self._read = lib.sane_read
        self._read.argtypes = (
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.POINTER(ctypes.c_int),
        )
        self._read.restype = ctypes.c_int
        self._get_select_fd = lib.sane_get_select_fd
        self._get_select_fd.argtypes = (ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))
        self._get_select_fd.restype = ctypes.c_int
        self._get_descriptor = lib.sane_get_option_descriptor
        self._get_descriptor.argtypes = (ctypes.c_void_p, ctypes.c_int)
        self._get_descriptor.restype = ctypes.POINTER(_Descriptor)
        self._control_option = lib.sane_control_option
        self._control_option.argtypes = (
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.POINTER(ctypes.c_int),
        )
        self._control_option.restype = ctypes.c_int
        self._cancel = lib.sane_cancel
        self._cancel.argtypes = (ctypes.c_void_p,)
        self._cancel.restype = None
        # typedef struct { PyObject_HEAD SANE_Handle h; } SaneDevObject;
        if type(device).__basicsize__ < object.__basicsize__ + ctypes.sizeof(ctypes.c_void_p):
            raise RuntimeError("python-sane's device has no room for a handle")
        self._handle = ctypes.c_void_p.from_address(id(device) + object.__basicsize__).value
        if self._handle is None:
            raise RuntimeError("python-sane's device holds no handle")

    def parameters(self) -> Parameters:
        """Raises SaneError."""
        raw = _Parameters()
        status = self._get_parameters(self._handle, ctypes.byref(raw))
        if status != Status.GOOD:
            raise from_status(status)
        return Parameters(
            channel=_CHANNELS[raw.format] if 0 <= raw.format < len(_CHANNELS) else None,
            is_last_frame=bool(raw.last_frame),
            bytes_per_line=raw.bytes_per_line,
            pixels_per_line=raw.pixels_per_line,
            lines=raw.lines,
            depth=raw.depth,
        )

    def read(self, memory: Buffer) -> int | None:
        """Read into the memory; returns how many bytes, None at the frame's end.

        Raises SaneError.
        """
        length = ctypes.c_int(0)
        status = self._read(self._handle, memory, len(memory), ctypes.byref(length))
        if status == Status.EOF:
            return None
        if status != Status.GOOD:
            raise from_status(status)
        return length.value

    def is_cut_off(self) -> bool:
        """Whether the driver reads from a connection that has ended (SANE 1.0 §4.3.13)."""
        fd = ctypes.c_int(-1)
        status = self._get_select_fd(self._handle, ctypes.byref(fd))
        return status == Status.GOOD and lifeline.is_cut(fd.value)

    def descriptor(self, index: int) -> Descriptor | None:
        """None after the last (SANE 1.0 §4.3.6)."""
        pointer = self._get_descriptor(self._handle, index)
        if not pointer:
            return None
        raw = pointer.contents
        return Descriptor(
            index=index,
            name=raw.name,
            title=raw.title,
            desc=raw.desc,
            type=raw.type,
            unit=raw.unit,
            size=raw.size,
            cap=raw.cap,
            **_choices(raw),
        )

    def get(self, index: int, size_bytes: int) -> bytes:
        """An option's value (SANE 1.0 §4.3.7). Raises SaneError."""
        memory = ctypes.create_string_buffer(size_bytes + _SLACK_BYTES)
        self._control(index, _Action.GET_VALUE, memory)
        return memory.raw[:size_bytes]

    def set(self, index: int, value: bytes) -> int:
        """Set an option or press a button; returns the driver's info flags. Raises SaneError."""
        memory = ctypes.create_string_buffer(value, len(value) + _SLACK_BYTES)
        return self._control(index, _Action.SET_VALUE, memory)

    def set_automatic(self, index: int) -> int:
        """Let the driver choose; returns its info flags. Raises SaneError."""
        return self._control(index, _Action.SET_AUTO, None)

    def _control(self, index: int, action: _Action, memory: Any) -> int:
        info = ctypes.c_int(0)
        status = self._control_option(self._handle, index, action, memory, ctypes.byref(info))
        if status != Status.GOOD:
            raise from_status(status)
        return info.value

    def cancel(self) -> None:
        """Allowed at any time, from any thread (SANE 1.0 §4.3.11)."""
        self._cancel(self._handle)


def _choices(raw: _Descriptor) -> dict[str, Any]:
    pointer = raw.constraint
    match raw.constraint_type:
        case _ConstraintType.NONE:
            return {}
        case _ConstraintType.RANGE if pointer.range:
            limits = pointer.range.contents
            return {"range": (limits.min, limits.max, limits.quant)}
        case _ConstraintType.WORD_LIST if pointer.word_list:
            length = min(pointer.word_list[0], _MOST_CHOICES)
            return {"words": tuple(pointer.word_list[1 + i] for i in range(length))}
        case _ConstraintType.STRING_LIST if pointer.string_list:
            # Up to its NULL.
            texts = itertools.takewhile(lambda text: text is not None, pointer.string_list)
            return {"texts": tuple(itertools.islice(texts, _MOST_CHOICES))}
    return {"words": ()}
