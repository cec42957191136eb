"""Absence: why there is no scanner to be used, in words."""

from collections.abc import Iterator
from typing import Final

from sheetfed.core.health import in_words
from sheetfed.core.survey import BackendState, HiddenBy, Survey

WHERE_TO_LOOK: Final = (
    "`sheetctl devices --verbose` and /usr/share/doc/sheetfed/scanners.md.gz say more"
)
_UNREMARKABLE: Final = (BackendState.OK, BackendState.IN_USE)


def explained(survey: Survey, trouble: str = "") -> str:
    """What is wrong, as far as the survey knows, and where to look further.

    `trouble` is why there is no newer survey.
    """
    causes = [*([trouble] if trouble else []), *_causes(survey)] or ["check cable and power"]
    found = "no scanner can be used now" if survey.scanners else "no scanner was found"
    return f"{found}: {'; '.join(causes)}; {WHERE_TO_LOOK}"


def _causes(survey: Survey) -> Iterator[str]:
    for scanner in survey.scanners:
        yield f"{scanner.name} is {'quarantined' if scanner.is_quarantined else 'not available'}"
    for backend in survey.backends:
        if backend.state not in _UNREMARKABLE:
            yield f"SANE backend {in_words(backend)}"
    for device in survey.hidden:
        if device.by is HiddenBy.CONFIGURATION:
            yield f'{device.device} is hidden by "{device.pattern}" in [scanners] hide'
