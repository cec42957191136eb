"""Quarantine: a backend that crashes or hangs time and again is left alone until told otherwise."""

import logging
from collections import Counter

from sheetfed.core.errors import ScannerLost

_log = logging.getLogger(__name__)


class Quarantine:
    """Counts each backend's faults in a row, those in surveys and those in use apart: a list that
    goes well does not make up for a scan that never does."""

    def __init__(self, *, after: int) -> None:
        """After how many; 0 never."""
        self._after = after
        self._in_survey: Counter[str] = Counter()
        self._in_use: Counter[str] = Counter()
        self._held: dict[str, int] = {}

    def change(self, after: int) -> None:
        """Take over a reloaded configuration's limit, for what comes."""
        self._after = after

    def holds(self, backend: str) -> bool:
        return backend in self._held

    @property
    def held(self) -> frozenset[str]:
        return frozenset(self._held)

    def survey_failed(self, backend: str, why: str) -> None:
        """It crashed or hung when it was asked for its scanners."""
        self._count(self._in_survey, backend, why)

    def use_failed(self, backend: str, why: str) -> None:
        """It crashed or hung while a scanner of its was open, or was being opened."""
        self._count(self._in_use, backend, why)

    def survey_succeeded(self, backend: str) -> None:
        self._in_survey.pop(backend, None)

    def use_succeeded(self, backend: str) -> None:
        self._in_use.pop(backend, None)
        self._in_survey.pop(backend, None)

    def forgive(self, backend: str) -> None:
        """Begin anew with the backend."""
        self._in_use.pop(backend, None)
        self._in_survey.pop(backend, None)
        if self._held.pop(backend, None) is not None:
            _log.info("SANE backend %s is released from quarantine", backend)

    def sentence(self, backend: str) -> str:
        """Why it is left alone, and how to end that."""
        times = self._held[backend]
        return (
            f"quarantined after {times} {'crashes or hangs' if times > 1 else 'crash or hang'};"
            f" try again with `sheetctl devices --retry {backend}`"
        )

    def refusal(self, backend: str) -> ScannerLost:
        """What whoever wants to open a scanner of its is told."""
        return ScannerLost(
            f"the scanner's driver {backend} is {self.sentence(backend)}",
            details={"backend": backend, "quarantined": True},
        )

    def _count(self, faults: Counter[str], backend: str, why: str) -> None:
        faults[backend] += 1
        if 0 < self._after <= faults[backend] and backend not in self._held:
            self._held[backend] = faults[backend]
            _log.warning("SANE backend %s: %s (%s)", backend, self.sentence(backend), why)
