"""Crashing: a process that is killed by SIGKILL at a point of its work, exactly there.

Run as a program it is a daemon: `python crashing.py [the daemon's arguments]`. Put into a folder of
PYTHONPATH as `sitecustomize`, it makes a worker one. The points are in the environment variable
CRASH_AT, as `Point.to_words` writes them; nothing of the package knows of any of this.
"""

import functools
import importlib
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VARIABLE = "CRASH_AT"
ARM = signal.SIGUSR1


@dataclass(frozen=True)
class Point:
    """Before or after the n-th call of `module:name` whose arguments, as text, have `word`.

    Calls count from the start, or from when the process gets the signal ARM. With `once` only the
    first process that comes there is killed; it leaves this file.
    """

    when: str
    call: str
    number: int = 1
    word: str = ""
    waits: bool = True
    once: str = ""

    def to_words(self) -> str:
        return json.dumps(asdict(self))

    def environment(self) -> dict[str, str]:
        return {VARIABLE: self.to_words()}


class Fuse:
    """Burns down with each call."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._left = point.number
        self.is_armed = not point.waits

    def concerns(self, arguments: object) -> bool:
        return self.is_armed and self._point.word in repr(arguments)

    def burn(self, when: str) -> None:
        if when != self._point.when:
            return
        self._left -= 1
        if self._left == 0 and self._is_first():
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_first(self) -> bool:
        if not self._point.once:
            return True
        try:
            os.close(os.open(self._point.once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


def wrapped(call: Callable[..., Any], fuse: Fuse) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(call):

        @functools.wraps(call)
        async def waiting(*arguments: Any, **named: Any) -> Any:
            concerns = fuse.concerns((arguments, named))
            if concerns:
                fuse.burn("before")
            result = await call(*arguments, **named)
            if concerns:
                fuse.burn("after")
            return result

        return waiting

    @functools.wraps(call)
    def plain(*arguments: Any, **named: Any) -> Any:
        concerns = fuse.concerns((arguments, named))
        if concerns:
            fuse.burn("before")
        result = call(*arguments, **named)
        if concerns:
            fuse.burn("after")
        return result

    return plain


def lay(point: Point) -> Fuse:
    """Put the fuse where the point is."""
    module, _, name = point.call.partition(":")
    *owners, last = name.split(".")
    owner: Any = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    fuse = Fuse(point)
    setattr(owner, last, wrapped(getattr(owner, last), fuse))
    return fuse


def laid() -> Fuse | None:
    words = os.environ.get(VARIABLE)
    return lay(Point(**json.loads(words))) if words else None


def main() -> int:
    """The daemon, which is to be killed; its children are not."""
    sys.path.remove(str(Path(__file__).parent))
    fuse = laid()
    os.environ.pop(VARIABLE, None)
    if fuse is not None:
        signal.signal(ARM, lambda *_: setattr(fuse, "is_armed", True))
    from sheetfed.__main__ import main as daemon

    return daemon()


if __name__ == "__main__":
    sys.exit(main())
if __name__ == "sitecustomize":
    laid()
