"""Paths: where the objects are, and which one a path means."""

from enum import StrEnum

from sheetfed.bus.contract import ROOT
from sheetfed.core.grant import GrantId
from sheetfed.core.model import DocumentId, JobId, ScannerId


class Kind(StrEnum):
    """The folders under the root."""

    SCANNER = "scanner"
    JOB = "job"
    DOCUMENT = "document"
    TASK = "task"
    ORIGIN = "origin"


def scanner(identity: ScannerId) -> str:
    return _path(Kind.SCANNER, identity)


def job(identity: JobId) -> str:
    return _path(Kind.JOB, identity)


def document(identity: DocumentId) -> str:
    return _path(Kind.DOCUMENT, identity)


def task(identity: str) -> str:
    return _path(Kind.TASK, identity)


def origin(identity: GrantId) -> str:
    return _path(Kind.ORIGIN, identity)


def split(path: str) -> tuple[Kind, str] | None:
    """The kind and the last element of an object's path; None for every other path."""
    folder, _, name = path.rpartition("/")
    for kind in Kind:
        if folder == f"{ROOT}/{kind}" and name:
            return kind, name
    return None


def identity(word: object) -> object:
    """The last element of an object's path; whatever else it is, as it is."""
    parts = split(word) if isinstance(word, str) else None
    return word if parts is None else parts[1]


def _path(kind: Kind, identity: str) -> str:
    """D-Bus allows letters, digits and _ in a path; any other character becomes _ and its code."""
    name = "".join(
        char if char.isascii() and char.isalnum() else "_" + char.encode().hex()
        for char in identity
    )
    return f"{ROOT}/{kind}/{name}"
