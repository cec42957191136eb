"""Machine: this machine's own certificates, as they lie in their folder.

`index.json` says which there are and what they are, so that nobody who uses them has to parse
them; it is written when they are all there, and names the authority that browsers find in `ca.pem`.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sheetfed.certificates.certificate import Certificate, fingerprint
from sheetfed.certificates.decade import NEAR_ITS_END
from sheetfed.certificates.errors import CertificateRefused, CertificatesMissing

AUTHORITY: Final = "ca.pem"
INDEX: Final = "index.json"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A server's certificate with its key, in one file."""

    path: Path
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Machine:
    """What browsers may trust, and what it has signed, the earliest first."""

    authority_path: Path
    authority_fingerprint: str
    leaves: tuple[Leaf, ...]

    @property
    def until(self) -> datetime:
        """The end of the last one."""
        return self.leaves[-1].certificate.until

    def in_force(self, now: datetime) -> Leaf:
        """The one that begins last among those that hold; with a clock that is far off, the
        nearest."""
        begun = [leaf for leaf in self.leaves if leaf.certificate.since <= now]
        return begun[-1] if begun else self.leaves[0]

    def after(self, now: datetime) -> Leaf | None:
        """The one that is in force next."""
        return next((leaf for leaf in self.leaves if leaf.certificate.since > now), None)


def read(folder: Path) -> Machine:
    """Raises CertificatesMissing, or CertificateRefused when they cannot be used; blocking."""
    path = folder / INDEX
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CertificatesMissing(f"this machine has no certificates in {folder}") from None
    except OSError as error:
        raise CertificateRefused(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CertificateRefused(f"{path} is damaged") from error
    try:
        issuer = str(told["issuer"])
        leaves = tuple(_leaf(folder, issuer, one) for one in told["certificates"])
        found = Machine(folder / AUTHORITY, str(told["authority"]), leaves)
    except (KeyError, TypeError, ValueError) as error:
        raise CertificateRefused(f"{path} is damaged") from error
    if not found.leaves:
        raise CertificateRefused(f"{path} is damaged")
    return found


def index(machine: Machine, issuer: str) -> bytes:
    """What `read` reads again."""
    told = {
        "authority": machine.authority_fingerprint,
        "issuer": issuer,
        "certificates": [
            {
                "file": leaf.path.name,
                "fingerprint": leaf.certificate.fingerprint,
                "since": int(leaf.certificate.since.timestamp()),
                "until": int(leaf.certificate.until.timestamp()),
            }
            for leaf in machine.leaves
        ],
    }
    return (json.dumps(told, indent=2) + "\n").encode()


def why_due(folder: Path, now: datetime) -> str:
    """Why certificates have to be made; empty: they need not. Reads no private key; blocking."""
    try:
        found = read(folder)
    except CertificatesMissing:
        return "there are none"
    except CertificateRefused as error:
        return str(error)
    if not all(leaf.path.exists() for leaf in found.leaves):
        return "some are missing"
    try:
        is_its_own = fingerprint(found.authority_path.read_bytes()) == found.authority_fingerprint
    except (OSError, ValueError):
        is_its_own = False
    if not is_its_own:
        return f"{AUTHORITY} is not the one that has signed them"
    return "they are about to end" if now >= found.until - NEAR_ITS_END else ""


def _leaf(folder: Path, issuer: str, told: Any) -> Leaf:
    return Leaf(
        folder / Path(told["file"]).name,
        Certificate(
            issuer=issuer,
            fingerprint=str(told["fingerprint"]),
            since=datetime.fromtimestamp(told["since"], UTC),
            until=datetime.fromtimestamp(told["until"], UTC),
        ),
    )
