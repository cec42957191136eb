"""Machine: a Debian that really boots, with systemd, logind and a system bus, and no network."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Final

from system.inside import NSPAWN
from system.steps import StepFailed

BOOT_DEADLINE_S: Final = 90
LOG_DEADLINE_S: Final = 60
_END_DEADLINE_S: Final = 60
_KILL_DEADLINE_S: Final = 15
_ENVIRONMENT: Final = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}
_SEAT: Final = ("--setenv=XDG_SEAT=seat0",)
_MOST_SAID: Final = 20_000


class Machine:
    """Over a folder with a Debian. `boot` it, `run` in it, `shut_down` it, boot it again."""

    def __init__(self, root: Path, *, name: str, cgroup: Path) -> None:
        self.root = root
        self.name = name
        self._cgroup = cgroup
        self._spawned: subprocess.Popen[bytes] | None = None
        self._leader = 0
        self._console = root.parent / "console"

    def boot(self) -> None:
        """Returns when systemd inside has started all that it starts. Raises StepFailed."""
        address = self.root.parent / "ready"
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(address))
            told.settimeout(BOOT_DEADLINE_S)
            with self._console.open("ab") as console:
                self._spawned = subprocess.Popen(
                    [
                        *("sh", "-c", f'echo $$ >{self._cgroup}/cgroup.procs; exec "$@"', "sh"),
                        *("setpriv", "--pdeathsig", "KILL"),
                        *NSPAWN,
                        "--boot",
                        "--notify-ready=yes",
                        "--private-network",
                        "--resolv-conf=off",
                        f"--machine={self.name}",
                        f"--directory={self.root}",
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=console,
                    stderr=console,
                    env={
                        **os.environ,
                        "NOTIFY_SOCKET": str(address),
                        "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
                    },
                )
            try:
                self._await_ready(told)
                waiting = ("systemctl", "is-system-running", "--wait")
                self.run(*waiting, check=False, deadline_s=BOOT_DEADLINE_S)
            except BaseException:
                self.cut_power()
                raise

    def run(
        self,
        *command: str,
        user: str = "root",
        check: bool = True,
        deadline_s: float = 60,
        stdin: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """A command inside, as this user. Raises StepFailed when it fails and `check` is on."""
        done = subprocess.run(
            self._entered(command, user),
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=deadline_s,
            check=False,
        )
        if check and done.returncode:
            raise StepFailed(
                f"{' '.join(command)}: exit status {done.returncode}\n"
                f"{done.stdout[-_MOST_SAID:]}\n{done.stderr[-_MOST_SAID:]}\n{self.journal()}"
            )
        return done

    def start(self, *command: str, user: str = "root") -> subprocess.Popen[str]:
        """The same, while the check goes on; its output is a pipe."""
        return subprocess.Popen(
            self._entered(command, user),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def from_outside(self, *command: str, deadline_s: float = 30) -> str:
        """A command of this machine in the other's network."""
        words = ["nsenter", "--target", str(self._leader), "--net", *command]
        return subprocess.run(
            words, capture_output=True, text=True, timeout=deadline_s, check=True
        ).stdout

    def write(self, inside: str, text: str) -> None:
        """A file that all may read, with the folders it is in."""
        file = self.root / inside.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o644)

    def journal(self, *filters: str) -> str:
        """The service's journal of this boot, or what the filters leave of all of it."""
        chosen = filters or ("--unit=sheetfed.service",)
        told = self.run("journalctl", "--boot", "--no-pager", "--quiet", *chosen, check=False)
        return told.stdout

    @contextmanager
    def logging(self, *words: str, unit: str = "sheetfed.service") -> Iterator[None]:
        """What is done meanwhile has the unit log lines with these words, in this order.

        Returns when the last of them is there. Raises StepFailed when it takes too long.
        """
        cursor = self.journal("--lines=1", "--output=export", "--output-fields=none")
        after = cursor.partition("__CURSOR=")[2].splitlines()[0]
        yield
        follower = self.start(
            *("journalctl", "--follow", "--lines=all", "--output=cat", f"--unit={unit}"),
            f"--after-cursor={after}",
        )
        alarm = Timer(LOG_DEADLINE_S, follower.kill)
        alarm.start()
        assert follower.stdout is not None
        try:
            for word in words:
                if not any(word in line for line in follower.stdout):
                    raise StepFailed(f"not logged: {word}\n{self.journal()}")
        finally:
            alarm.cancel()
            follower.kill()
            follower.communicate()

    def shut_down(self) -> None:
        """As a person would. Raises StepFailed when it takes too long."""
        spawned = self._running()
        self.run("systemctl", "--no-block", "poweroff")
        try:
            spawned.wait(_END_DEADLINE_S)
        except subprocess.TimeoutExpired:
            said = self._said()
            self.cut_power()
            raise StepFailed(f"{self.name} does not shut down\n{said}") from None
        self._spawned = None

    def cut_power(self) -> None:
        """Whatever it does: everything in it is killed. Does nothing when it is off."""
        if self._spawned is None:
            return
        if self._leader:
            os.kill(self._leader, signal.SIGKILL)
        try:
            self._spawned.wait(_KILL_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._spawned.kill()
            self._spawned.wait(_KILL_DEADLINE_S)
        self._spawned, self._leader = None, 0

    def _await_ready(self, told: socket.socket) -> None:
        while True:
            try:
                words = told.recv(4096).decode().splitlines()
            except TimeoutError:
                raise StepFailed(f"{self.name} does not boot\n{self._said()}") from None
            for word in words:
                if word.startswith("X_NSPAWN_LEADER_PID="):
                    self._leader = int(word.partition("=")[2])
            if "READY=1" in words:
                return

    def _entered(self, command: Sequence[str], user: str) -> list[str]:
        self._running()
        home = "/root" if user == "root" else f"/home/{user}"
        variables = [f"{name}={value}" for name, value in _ENVIRONMENT.items()]
        enter = ["nsenter", "--target", str(self._leader), "--all", "--wdns=/"]
        clean = ["env", "--ignore-environment", *variables, f"HOME={home}"]
        # Whoever ends nsenter ends the command too.
        become = [f"--reuid={user}", f"--regid={user}", "--init-groups", "--pdeathsig=KILL"]
        return [*enter, *clean, "setpriv", *become, *command]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._spawned is None:
            raise StepFailed(f"{self.name} is off")
        return self._spawned

    def _said(self) -> str:
        return self._console.read_text(errors="replace")[-_MOST_SAID:]


def at_the_seat(user: str) -> list[str]:
    """What a command begins with that this user gives in a local, active session."""
    return [*at_a_login(user), *_SEAT]


def at_a_login(user: str) -> list[str]:
    """What a command begins with that this user gives after a login from elsewhere."""
    session = ["systemd-run", "--wait", "--pipe", "--quiet", "--collect"]
    return [*session, "--property=PAMName=login", f"--property=User={user}"]
