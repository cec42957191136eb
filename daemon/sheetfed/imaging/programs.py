"""Programs: other programs that do a piece of the work, within limits."""

import os
import subprocess
from collections.abc import Sequence
from typing import BinaryIO

from sheetfed.imaging import limits


class ProgramMissing(Exception):
    """It is not installed."""


class ProgramFailed(Exception):
    """It ended with an error, or took too much time or memory."""


def run(
    words: Sequence[str], *, seconds: int, given: bytes = b"", into: BinaryIO | None = None
) -> bytes:
    """What it writes to its output, unless that goes into a file, given this as its input.

    Raises ProgramMissing or ProgramFailed.
    """
    try:
        done = subprocess.run(
            words,
            check=True,
            input=given,
            stdout=into or subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            preexec_fn=limits.program(seconds),
            env=os.environ | {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except FileNotFoundError as error:
        raise ProgramMissing(words[0]) from error
    except (subprocess.SubprocessError, OSError) as error:
        raise ProgramFailed(words[0]) from error
    return done.stdout or b""
