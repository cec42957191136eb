"""HTTPS: the certificate in force, in the words of who tells it."""

from sheetfed.bus.https import Authority, Https, Shown
from sheetfed.certificates.certificate import Certificate
from sheetfed.certificates.presented import State


def told(state: State) -> Https:
    authority = None
    if state.authority_path is not None and state.ends is not None:
        authority = Authority(
            file=str(state.authority_path),
            fingerprint=state.authority_fingerprint,
            last_until=int(state.ends.timestamp()),
        )
    return Https(
        source=state.kind.value,
        trouble=state.trouble,
        shown=_shown(state.certificate),
        next=_shown(state.next),
        authority=authority,
    )


def _shown(certificate: Certificate | None) -> Shown | None:
    if certificate is None:
        return None
    return Shown(
        issuer=certificate.issuer,
        fingerprint=certificate.fingerprint,
        since=int(certificate.since.timestamp()),
        until=int(certificate.until.timestamp()),
    )
