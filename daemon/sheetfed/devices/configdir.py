"""Configdir: for each SANE backend a configuration that names it alone."""

import shutil
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from sheetfed.core.errors import ScannerLost


class ConfigDirs:
    """Folders of ours, put in front of SANE's own search path; all methods are blocking.

    The empty dll.d keeps libsane from the one on the search path, where net.conf, airscan.conf and
    the like are still found.
    """

    def __init__(self, *, search_path: str) -> None:
        self._search_path = search_path
        self._root: Path | None = None
        self._is_removed = False
        self._lock = threading.Lock()

    def of(self, backend: str) -> str:
        """A value of SANE_CONFIG_DIR. Raises ScannerLost when there is no room for it."""
        with self._lock:
            try:
                folder = self._written(backend)
            except OSError as error:
                raise ScannerLost(
                    f"the configuration of SANE's backends could not be written: {error.strerror}"
                ) from error
        return f"{folder}:{self._search_path}"

    def of_each(self, backends: Iterable[str]) -> dict[str, str]:
        return {backend: self.of(backend) for backend in backends}

    def remove(self) -> None:
        """For good."""
        with self._lock:
            self._is_removed = True
            if self._root is not None:
                shutil.rmtree(self._root, ignore_errors=True)

    def _written(self, backend: str) -> Path:
        """Made anew where a sweep of old temporary files has taken it."""
        if self._is_removed:
            raise ScannerLost("the scanners are given up")
        if self._root is None or not self._root.is_dir():
            self._root = Path(tempfile.mkdtemp(prefix="sheetfed-sane-"))
        folder = self._root / backend
        (folder / "dll.d").mkdir(parents=True, exist_ok=True)
        config = folder / "dll.conf"
        if not config.is_file():
            config.write_text(f"{backend}\n")
        return folder
