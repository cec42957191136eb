"""Machine: what this machine's files say, for whoever looks for a trouble."""

import os
import pwd
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SERVICE_USER: Final = "sheetfed"
SERVICE_GROUPS: Final = ("scanner", "lp")
DEFAULT_PORTS: Final = {"http": 18622, "https": 18623}
DEFAULT_STORE: Final = "/var/lib/sheetfed"

_LISTENS: Final = "0A"
"""TCP_LISTEN of the kernel's tcp_states.h, as /proc/net/tcp writes it (proc(5))."""


@dataclass(frozen=True, slots=True)
class Listener:
    port: int
    uid: int

    @property
    def user(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)


@dataclass(frozen=True, slots=True)
class Machine:
    """Below a root folder, which is another one in tests."""

    root: Path = Path("/")

    def listeners(self) -> list[Listener]:
        """Whoever listens on a TCP port."""
        found = []
        for name in ("tcp", "tcp6"):
            try:
                lines = (self.root / "proc/net" / name).read_text().splitlines()[1:]
            except OSError:
                continue
            for line in lines:
                _, local, _, state, _, _, _, uid, *_ = line.split()
                if state == _LISTENS:
                    found.append(Listener(int(local.rpartition(":")[2], 16), int(uid)))
        return found

    def ports(self) -> list[int]:
        """Where the service is configured to listen, as far as this user may read that."""
        ports = []
        for table, default in DEFAULT_PORTS.items():
            listen = self._configured(table, "listen", [f"127.0.0.1:{default}"])
            ports += [
                int(port)
                for address in listen
                if (port := str(address).rpartition(":")[2]).isdecimal()
            ]
        return sorted(set(ports) - {0})

    def store(self) -> Path:
        return self.root / str(self._configured("store", "path", DEFAULT_STORE)).lstrip("/")

    def free_bytes(self) -> int | None:
        """Of the disk that the store is on; None where it cannot be known."""
        try:
            found = os.statvfs(self.store())
        except OSError:
            return None
        return found.f_bavail * found.f_frsize

    def _configured(self, table: str, key: str, default: Any) -> Any:
        value = default
        for file in self._configuration():
            try:
                found = tomllib.loads(file.read_text("utf-8")).get(table, {})
            except (OSError, ValueError):
                continue
            if isinstance(found, dict):
                value = found.get(key, value)
        return value

    def _configuration(self) -> Iterator[Path]:
        folder = self.root / "etc/sheetfed"
        yield folder / "sheetfed.toml"
        yield from sorted((folder / "conf.d").glob("*.toml"))
