"""Certificate: what is to be known of one, read from its PEM."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first certificate of a chain; the fingerprint is SHA-256 as browsers show it."""

    subject: str
    issuer: str
    fingerprint: str
    since: datetime
    until: datetime
    issuer_key: bytes | None

    @classmethod
    def of(cls, pem: bytes) -> "Certificate":
        """Raises ValueError when there is none."""
        found = x509.load_pem_x509_certificate(pem)
        return cls(
            subject=_readable(found.subject),
            issuer=_readable(found.issuer),
            fingerprint=found.fingerprint(hashes.SHA256()).hex(":").upper(),
            since=_moment(found, "not_valid_before"),
            until=_moment(found, "not_valid_after"),
            issuer_key=_issuer_key(found),
        )


def key_identifier(pem: bytes) -> bytes | None:
    """By which the certificates that this one's key has signed name it."""
    found = x509.load_pem_x509_certificate(pem)
    try:
        return found.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def _issuer_key(certificate: x509.Certificate) -> bytes | None:
    try:
        known = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return known.value.key_identifier


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
