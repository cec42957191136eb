"""Small disk: a daemon whose store lies on a disk of a few mebibytes.

Run as a program it is that daemon: it mounts a tmpfs in a mount namespace of its own, which goes
with it.
"""

import ctypes
import os
import sys
from pathlib import Path

VARIABLE = "SMALL_DISK"
SIZE_BYTES = 24 * 1024 * 1024
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000


def main() -> int:
    sys.path.remove(str(Path(__file__).parent))
    _mount(os.environ.pop(VARIABLE))
    from sheetfed.__main__ import main as daemon

    return daemon()


def _mount(folder: str) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.geteuid(), os.getegid()
    _call(system.unshare, _CLONE_NEWNS | (0 if uid == 0 else _CLONE_NEWUSER))
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _call(system.mount, b"none", b"/", None, _MS_REC | _MS_PRIVATE, None)
    options = f"size={SIZE_BYTES},mode=0700".encode()
    _call(system.mount, b"tmpfs", folder.encode(), b"tmpfs", 0, options)


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    sys.exit(main())
