"""Machine: this machine's own certificates, as they lie in their folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sheetfed.certificates.authority import Authority
from sheetfed.certificates.certificate import Certificate, key_identifier
from sheetfed.certificates.decade import NEAR_ITS_END, YEARS, spans
from sheetfed.certificates.errors import CertificateRefused, CertificatesMissing

AUTHORITY: Final = "ca.pem"
_LEAVES: Final = "leaf-*.pem"
_PRIVATE: Final = 0o600
_PUBLIC: Final = 0o644


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the private keys belong to."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A server's certificate with its key, in one file."""

    path: Path
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Machine:
    """What browsers may trust, and what it has signed, the earliest first."""

    authority_path: Path
    authority: Certificate
    leaves: tuple[Leaf, ...]

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
    path = folder / AUTHORITY
    try:
        pem = path.read_bytes()
    except FileNotFoundError:
        raise CertificatesMissing(f"this machine has no certificates in {folder}") from None
    except OSError as error:
        raise CertificateRefused(f"{path}: {error.strerror}") from error
    try:
        authority, signer = Certificate.of(pem), key_identifier(pem)
    except ValueError as error:
        raise CertificateRefused(f"{path} is no certificate") from error
    leaves = [leaf for leaf in map(_leaf, _files(folder)) if leaf.certificate.issuer_key == signer]
    if not leaves:
        raise CertificatesMissing(f"nothing in {folder} was signed by its {AUTHORITY}")
    leaves.sort(key=lambda leaf: leaf.certificate.since)
    return Machine(path, authority, tuple(leaves))


def why_due(folder: Path, now: datetime) -> str:
    """Why certificates have to be made; empty: they need not. Reads no private key; blocking."""
    try:
        authority = Certificate.of((folder / AUTHORITY).read_bytes())
    except FileNotFoundError:
        return "there are none"
    except ValueError:
        return f"{AUTHORITY} is no certificate"
    if len(_files(folder)) < YEARS:
        return "some are missing"
    return "they are about to end" if now >= authority.until - NEAR_ITS_END else ""


def make(folder: Path, *, owner: Account, now: datetime) -> Certificate:
    """Sign ten years of certificates with a new authority, whose key nobody keeps; blocking.

    The old ones hold until all new ones are there. Returns the authority's certificate.
    """
    years = spans(now)
    authority = Authority(since=years[0].since, until=years[-1].until)
    with _alone(folder) as handle:
        names = [f"leaf-{authority.mark}-{number:02}.pem" for number in range(1, YEARS + 1)]
        for name, span in zip(names, years, strict=True):
            signed = authority.sign(since=span.since, until=span.until)
            _write(folder / name, signed.key + signed.certificate, _PRIVATE, owner)
        os.fsync(handle)
        _write(folder / AUTHORITY, authority.certificate, _PUBLIC, None)
        os.fsync(handle)
        for old in _files(folder):
            if old.name not in names:
                old.unlink()
        for unfinished in folder.glob(".new-*"):
            unfinished.unlink()
    return Certificate.of(authority.certificate)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(_LEAVES))


def _leaf(path: Path) -> Leaf:
    try:
        return Leaf(path, Certificate.of(path.read_bytes()))
    except OSError as error:
        raise CertificateRefused(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CertificateRefused(f"{path} is no certificate") from error


def _write(path: Path, content: bytes, mode: int, owner: Account | None) -> None:
    """All of it or nothing, and not for a moment anybody else's."""
    temporary = path.with_name(f".new-{path.name}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(descriptor, mode)
        if owner is not None:
            os.fchown(descriptor, owner.uid, owner.gid)
        os.fsync(descriptor)
    temporary.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """While in the block nobody else makes certificates here."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
