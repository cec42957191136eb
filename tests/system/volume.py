"""Volume: a folder of a machine that is off becomes a small file system of its own."""

import shutil
from pathlib import Path
from typing import Final

from system.machine import Machine
from system.steps import StepFailed, step

_MIB: Final = 1 << 20


def make_small(machine: Machine, folder: str, *, room_bytes: int) -> None:
    """With what is in it, and so much room beside that: ext4 without a reserve for root, or a tmpfs
    where the kernel lends no loop device. It goes with the machine's root."""
    place = machine.root / folder.lstrip("/")
    kept, image = machine.root.parent / "kept", machine.root.parent / "volume"
    step("cp", "-a", place, kept)
    taken = int(step("du", "--summarize", "--block-size=1", kept).split()[0])
    # The tables and the journal of the file system itself take some, too.
    size_bytes = taken + room_bytes + 24 * _MIB
    step("truncate", f"--size={size_bytes}", image)
    step("mkfs.ext4", "-q", "-m", "0", "-J", "size=8", image)
    try:
        step("mount", "-o", "loop", image, place)
    except StepFailed:
        step("mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0755", "tmpfs", place)
    step("sh", "-c", 'cp -a "$0"/. "$1"', kept, place)
    shutil.rmtree(kept)


def fill(machine: Machine, folder: str) -> None:
    """To the last byte."""
    machine.run("sh", "-c", f"cat /dev/zero >{ballast(folder)}", check=False)
    sync = f"while dd if=/dev/zero bs=512 count=1 oflag=append conv=notrunc of={ballast(folder)}"
    machine.run("sh", "-c", f"{sync}; do :; done 2>/dev/null", check=False)


def ballast(folder: str) -> str:
    return str(Path(folder) / "ballast")
