"""Context: a certificate and its key, ready for TLS connections."""

import ssl
from pathlib import Path

from sheetfed.certificates.errors import CertificateRefused


def server(certificate: Path, key: Path) -> ssl.SSLContext:
    """For TLS 1.2 and newer. Raises CertificateRefused; blocking."""
    for path in (certificate, key):
        content(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except _Encrypted:
        raise CertificateRefused(f"{key} is encrypted: the service has nobody to ask") from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateRefused(f"{key} is not the key of {certificate}") from error
        raise CertificateRefused(f"{key} is no private key in PEM") from error
    return context


def content(path: Path) -> bytes:
    """Raises CertificateRefused; blocking."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateRefused(f"{path}: {error.strerror}") from error


class _Encrypted(Exception):
    """The key asks for a password."""


def _no_password() -> str:
    raise _Encrypted
