"""Inside: a command in a tree that is not booted, in namespaces of its own that end with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from system import archive
from system.steps import step

NSPAWN: Final = (
    "systemd-nspawn",
    "--quiet",
    "--settings=no",
    "--register=no",
    "--keep-unit",
    "--console=pipe",
    "--timezone=off",
)
_ENVIRONMENT: Final = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def inside(
    root: Path,
    *command: str,
    network: bool = False,
    binds: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    folder: str = "/",
    deadline_s: float = 900,
) -> str:
    """What it said. Raises StepFailed."""
    passage = archive.passage() if network else ["--private-network", "--resolv-conf=off"]
    variables = _ENVIRONMENT | dict(environment or {})
    return step(
        *NSPAWN,
        "--as-pid2",
        f"--directory={root}",
        f"--chdir={folder}",
        *passage,
        *(f"--setenv={name}={value}" for name, value in variables.items()),
        *(f"--bind-ro={bind}" for bind in binds),
        *command,
        deadline_s=deadline_s,
    )
