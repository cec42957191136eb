"""Parsing: a certificate from its PEM. Costs the daemon megabytes, so only own ones need it."""

from datetime import UTC, datetime

from cryptography import x509

from sheetfed.certificates.certificate import Certificate, fingerprint


def certificate(pem: bytes) -> Certificate:
    """The first of a chain. Raises ValueError when there is none."""
    found = x509.load_pem_x509_certificate(pem)
    return Certificate(
        issuer=_readable(found.issuer),
        fingerprint=fingerprint(pem),
        since=_moment(found, "not_valid_before"),
        until=_moment(found, "not_valid_after"),
    )


def _readable(name: x509.Name) -> str:
    """The common name, or all of it where there is none."""
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _moment(certificate: x509.Certificate, name: str) -> datetime:
    """cryptography 42 has the first of these names, 38 the second alone."""
    aware: datetime | None = getattr(certificate, f"{name}_utc", None)
    if aware is not None:
        return aware
    naive: datetime = getattr(certificate, name)
    return naive.replace(tzinfo=UTC)
