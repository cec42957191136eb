"""Start: the command as a process: an interrupt while it loads, closed streams, output that fails.

It imports next to nothing, so that it can see to these before anything else.
"""

import errno
import os
import signal
import sys
from typing import Final, NoReturn

_OUTPUT: Final = 11
"""Exit.OUTPUT, which is not loaded yet."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main() -> NoReturn:
    """Never returns."""
    _open_streams()
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from sheetfed.cli.main import main as command

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        try:
            command(prog_name="sheetctl")
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None or error.errno not in (*_FULL, errno.EPIPE):
            raise
        _leave(error)
    sys.exit(0)


def _leave(error: OSError) -> NoReturn:
    """At once: what is left in buffers cannot be written either."""
    if error.errno == errno.EPIPE:
        os._exit(1)
    sys.stderr.write(f"Error: the output could not be written: {error.strerror}\n")
    sys.stderr.flush()
    os._exit(_OUTPUT)


def _open_streams() -> None:
    """Whoever closed standard input gives nothing, whoever closed the output cannot be told."""
    for name, flags, mode in (
        ("stdin", os.O_RDONLY, "r"),
        ("stdout", os.O_RDONLY, "w"),
        ("stderr", os.O_WRONLY, "w"),
    ):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode))


if __name__ == "__main__":
    main()
