"""HTTPS: the certificate that it shows, as D-Bus tells it."""

from dataclasses import dataclass

from dbus_next.signature import Variant

from sheetfed.bus import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A certificate; times are seconds since 1970-01-01 UTC."""

    issuer: str
    fingerprint: str
    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who issued this machine's own certificates, and until when the last of them holds."""

    file: str
    fingerprint: str
    last_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Https:
    """`source` is own, machine or off; `trouble` is empty when all is well."""

    source: str
    trouble: str = ""
    shown: Shown | None = None
    next: Shown | None = None
    authority: Authority | None = None


def of_https(https: Https) -> dict[str, Variant]:
    told = {
        "source": Variant("s", https.source),
        "trouble": words.variant("s", https.trouble),
    }
    if https.shown is not None:
        told["issuer"] = words.variant("s", https.shown.issuer)
        told["fingerprint"] = Variant("s", https.shown.fingerprint)
        told["since"] = Variant("t", https.shown.since)
        told["until"] = Variant("t", https.shown.until)
    if https.next is not None:
        told["next_since"] = Variant("t", https.next.since)
        told["next_until"] = Variant("t", https.next.until)
    if https.authority is not None:
        told["authority"] = words.variant("s", https.authority.file)
        told["authority_fingerprint"] = Variant("s", https.authority.fingerprint)
        told["last_until"] = Variant("t", https.authority.last_until)
    return told
