"""Libsane: the calls that python-sane cannot do, by ctypes on the libsane it has loaded.

Prototypes and structures are those of SANE 1.0 §4.2 and §4.3.
"""

import ctypes
from dataclasses import dataclass
from typing import Protocol

from sheetfed.core.spoolfile import Channel
from sheetfed.devices.statuses import Status, from_status

_CHANNELS = (Channel.GRAY, Channel.RGB, Channel.RED, Channel.GREEN, Channel.BLUE)
_BACKTRACE_DEPTH = 4


class _Parameters(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_int),
        ("last_frame", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
        ("pixels_per_line", ctypes.c_int),
        ("lines", ctypes.c_int),
        ("depth", ctypes.c_int),
    )


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

    def cancel(self) -> None:
        """Allowed at any time, from any thread (SANE 1.0 §4.3.11)."""
        self._cancel(self._handle)
