"""Health: which of SANE's backends are ill, written to the journal when that changes."""

import logging
from collections.abc import Iterable

from sheetfed.core.survey import Backend, BackendState

# Whoever puts a backend into quarantine says so; one that is in use is not ill.
_TOLD_ELSEWHERE = (BackendState.IN_USE, BackendState.QUARANTINED)

log = logging.getLogger(__name__)


class Health:
    """A backend that fails in every survey is told of once, and again when it is well."""

    def __init__(self) -> None:
        self._ill: dict[str, BackendState] = {}

    def observe(self, backends: Iterable[Backend]) -> None:
        """Compare with what is known; a backend that was not asked is as it was."""
        for backend in backends:
            was = self._ill.get(backend.name)
            if backend.state is BackendState.OK:
                if self._ill.pop(backend.name, None):
                    log.info("SANE backend %s is well again", backend.name)
            elif backend.state not in _TOLD_ELSEWHERE and backend.state is not was:
                self._ill[backend.name] = backend.state
                log.warning("SANE backend %s", in_words(backend))


def in_words(backend: Backend) -> str:
    """The backend's name and what is wrong with it."""
    return f"{backend.name}: {backend.message or backend.state}"
