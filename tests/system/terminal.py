"""A person at a terminal: runs a command on one, gives passwords when asked, prints what was shown.

It runs inside a machine, on that Debian's own Python: terminal.py PASSWORD… -- COMMAND…; it ends as
the command does.
"""

import os
import pty
import select
import sys
import termios

PROMPT = b"Password: "
LOOKING_AGAIN_S = 0.02


def main(words: list[str]) -> int:
    end = words.index("--")
    passwords, command = words[:end], words[end + 1 :]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    shown, answered = b"", 0
    while True:
        is_asked = bool(passwords) and PROMPT in shown[answered:]
        ready, _, _ = select.select([terminal], [], [], LOOKING_AGAIN_S if is_asked else None)
        if is_asked and not ready and _is_hidden(terminal):
            answered = len(shown)
            os.write(terminal, passwords.pop(0).encode() + b"\n")
        elif ready:
            try:
                shown += os.read(terminal, 4096)
            except OSError:  # so a terminal ends on Linux
                break
    sys.stdout.write(shown.decode(errors="replace"))
    sys.stdout.flush()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _is_hidden(terminal: int) -> bool:
    """What is typed before the prompt's program hides it is thrown away."""
    return not termios.tcgetattr(terminal)[3] & termios.ECHO


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
