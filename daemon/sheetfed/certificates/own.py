"""Own: an administrator's certificate and key, checked as far as the service needs them."""

import ssl
from pathlib import Path

from sheetfed.certificates import context, parsing
from sheetfed.certificates.certificate import Certificate
from sheetfed.certificates.errors import CertificateRefused


def read(certificate: Path, key: Path) -> tuple[ssl.SSLContext, Certificate]:
    """Raises CertificateRefused; blocking."""
    try:
        found = parsing.certificate(context.content(certificate))
    except ValueError as error:
        raise CertificateRefused(f"{certificate} is no certificate in PEM") from error
    return context.server(certificate, key), found
