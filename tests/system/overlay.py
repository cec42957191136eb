"""Overlay: a tree as if it were a copy of one's own, whose changes are in memory and go with it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from system.steps import step


@contextmanager
def overlay(*trees: Path, size: str = "4G") -> Iterator[Path]:
    """The folder in which the trees, the uppermost first, are one that can be written to.

    To be used in a mount namespace of one's own: that takes the mounts along when it ends,
    however it ends.
    """
    with tempfile.TemporaryDirectory(prefix="sheetfed-system-") as name:
        memory = Path(name)
        step("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", memory)
        try:
            root = _joined(memory, trees)
            try:
                yield root
            finally:
                step("umount", "--lazy", root)
        finally:
            step("umount", "--lazy", memory)


def changes(root: Path) -> Path:
    """What an overlay's root has that its trees have not; can be a tree of a further overlay."""
    return root.parent / "changes"


def _joined(memory: Path, trees: Sequence[Path]) -> Path:
    root, upper, work = memory / "root", memory / "changes", memory / "work"
    for folder in (root, upper, work):
        folder.mkdir()
    upper.chmod(0o755)
    lower = ":".join(str(tree) for tree in trees)
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    step("mount", "-t", "overlay", "-o", options, "overlay", root)
    return root
