"""Steps: commands with a deadline whose output is shown when they fail."""

import subprocess
from pathlib import Path


class StepFailed(Exception):
    """With everything that the command said."""


def step(*command: str | Path, deadline_s: float = 900) -> str:
    """What it said. Raises StepFailed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout.decode(errors="replace") if error.stdout else ""
        raise StepFailed(f"{' '.join(words)}\n{said}\nnot done in {deadline_s:.0f} s") from error
    if done.returncode:
        raise StepFailed(f"{' '.join(words)}\n{done.stdout}\nexit status {done.returncode}")
    return done.stdout
