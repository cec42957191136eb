"""Certificate: what is to be known of one. Reading it from its bytes is parsing's."""

import hashlib
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first of a chain."""

    issuer: str
    fingerprint: str
    since: datetime
    until: datetime


def fingerprint(pem: bytes) -> str:
    """SHA-256 of the first certificate, as browsers show it. Raises ValueError without one."""
    block = _BLOCK.search(pem)
    if block is None:
        raise ValueError("no certificate in PEM")
    der = ssl.PEM_cert_to_DER_cert(block[0].decode("ascii"))
    return hashlib.sha256(der).digest().hex(":").upper()
