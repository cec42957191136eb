"""Presented: the certificate that HTTPS connections are shown now."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sheetfed.certificates import context, machine
from sheetfed.certificates.certificate import Certificate
from sheetfed.certificates.decade import NEAR_ITS_END
from sheetfed.certificates.errors import CertificateRefused, CertificatesMissing
from sheetfed.core.ports import Clock

LOOK_AT_MOST_S: Final = 12 * 3600.0
"""Clocks jump and machines sleep; certificates overlap by a month."""

SOON_S: Final = 60.0
"""While there is none, or the clock is wrong."""

MAKE_THEM: Final = "systemctl restart sheetfed-certificates"

log = logging.getLogger(__name__)


class Kind(StrEnum):
    """Where a certificate comes from."""

    OFF = "off"
    OWN = "own"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Source:
    """The configured pair, or the folder of the machine's own."""

    own: tuple[Path, Path] | None
    folder: Path
    is_wanted: bool = True
    """False when nothing is served by HTTPS."""


@dataclass(frozen=True, slots=True)
class State:
    """What is shown, since when and until when, and what is wrong with it."""

    kind: Kind
    trouble: str = ""
    context: ssl.SSLContext | None = None
    certificate: Certificate | None = None
    next: Certificate | None = None
    authority_fingerprint: str = ""
    authority_path: Path | None = None
    ends: datetime | None = None


class Presented:
    """The machine's certificates follow each other without a restart; own ones on a reload."""

    def __init__(self, *, clock: Clock, changed: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._changed = changed
        self._source: Source | None = None
        self.state = State(Kind.OFF)

    def context(self) -> ssl.SSLContext | None:
        """For a connection that comes now; None: it cannot be served."""
        return self.state.context

    async def prepare(self, source: Source) -> Callable[[], None]:
        """What puts this source in force. Raises CertificateRefused for a pair of no use."""
        state = await asyncio.to_thread(_look, source, self._now())

        def take() -> None:
            self._source = source
            self._show(state)

        return take

    async def run(self) -> None:
        """Move to the next certificate when its time has come; until cancelled."""
        while True:
            await self._clock.sleep(self._pause_s())
            source = self._source
            if source is None:
                continue
            if source.own is not None:
                self._show(_aged(self.state, source.own[0], self._now()))
                continue
            state = await asyncio.to_thread(_look, source, self._now())
            if self._source is source:
                self._show(state)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)

    def _pause_s(self) -> float:
        source, state = self._source, self.state
        if source is None or source.own is not None or not source.is_wanted:
            return LOOK_AT_MOST_S
        shown, now = state.certificate, self._now()
        if shown is None or not shown.since <= now < shown.until:
            return SOON_S
        if state.next is None:
            return LOOK_AT_MOST_S
        return min(LOOK_AT_MOST_S, max(0.0, (state.next.since - now).total_seconds()))

    def _show(self, state: State) -> None:
        before, self.state = self.state, state
        if state.trouble and state.trouble != before.trouble:
            log.warning("%s", state.trouble)
        if state.certificate is not None and state.certificate != before.certificate:
            log.info(
                "HTTPS shows the certificate of %s until %s",
                state.certificate.issuer,
                state.certificate.until.date(),
            )
        self._changed()


def _look(source: Source, now: datetime) -> State:
    if not source.is_wanted:
        return State(Kind.OFF)
    if source.own is not None:
        return _own(*source.own, now)
    try:
        return _machines(source.folder, now)
    except CertificatesMissing as error:
        return State(Kind.OFF, f"no HTTPS: {error}; {MAKE_THEM} makes them")
    except CertificateRefused as error:
        return State(Kind.OFF, f"no HTTPS: {error}")


def _own(certificate: Path, key: Path, now: datetime) -> State:
    from sheetfed.certificates import own

    made, found = own.read(certificate, key)
    state = State(Kind.OWN, context=made, certificate=found, ends=found.until)
    return _aged(state, certificate, now)


def _aged(state: State, certificate: Path, now: datetime) -> State:
    """An own certificate as it was read: its file is looked at again on a reload alone."""
    if state.ends is None:
        return state
    return replace(state, trouble=_ending(state.ends, now, f"renew {certificate}"))


def _machines(folder: Path, now: datetime) -> State:
    found = machine.read(folder)
    leaf, following = found.in_force(now), found.after(now)
    made = context.server(leaf.path, leaf.path)
    return State(
        Kind.MACHINE,
        _ending(found.until, now, MAKE_THEM),
        context=made,
        certificate=leaf.certificate,
        next=following.certificate if following is not None else None,
        authority_fingerprint=found.authority_fingerprint,
        authority_path=found.authority_path,
        ends=found.until,
    )


def _ending(until: datetime, now: datetime, advice: str) -> str:
    if now < until - NEAR_ITS_END:
        return ""
    word = "ended" if now >= until else "ends"
    return f"the certificate for HTTPS {word} on {until.date()}: {advice}"
