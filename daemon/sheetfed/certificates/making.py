"""Making: ten years of certificates for this machine, put in place whole."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sheetfed.certificates import machine
from sheetfed.certificates.authority import Authority
from sheetfed.certificates.certificate import Certificate, fingerprint
from sheetfed.certificates.decade import spans
from sheetfed.certificates.machine import AUTHORITY, INDEX, Leaf, Machine

_LEAVES: Final = "leaf-*.pem"
_PRIVATE: Final = 0o600
_PUBLIC: Final = 0o644


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the private keys belong to."""

    uid: int
    gid: int


def make(folder: Path, *, owner: Account, now: datetime) -> Machine:
    """Sign them with a new authority, whose key nobody keeps; blocking. Raises OSError.

    The old ones hold until all new ones are there.
    """
    years = spans(now)
    authority = Authority(since=years[0].since, until=years[-1].until)
    with _alone(folder) as handle:
        leaves = []
        for number, span in enumerate(years, 1):
            path = folder / f"leaf-{authority.mark}-{number:02}.pem"
            signed = authority.sign(since=span.since, until=span.until)
            _write(path, signed.key + signed.certificate, _PRIVATE, owner)
            known = Certificate(
                issuer=authority.name,
                fingerprint=fingerprint(signed.certificate),
                since=span.since,
                until=span.until,
            )
            leaves.append(Leaf(path, known))
        made = Machine(folder / AUTHORITY, fingerprint(authority.certificate), tuple(leaves))
        os.fsync(handle)
        _write(folder / INDEX, machine.index(made, authority.name), _PUBLIC, None)
        _write(folder / AUTHORITY, authority.certificate, _PUBLIC, None)
        os.fsync(handle)
        _sweep(folder, made)
    return made


def _sweep(folder: Path, made: Machine) -> None:
    """Remove what is no longer used, and what was left unfinished."""
    used = {leaf.path for leaf in made.leaves}
    for path in (*folder.glob(_LEAVES), *folder.glob(".new-*")):
        if path not in used:
            path.unlink()


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
