"""Config key: how a key of the configuration is declared, as a field of its table."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from sheetfed.config_kinds import Kind, Toml

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """A declared key: its kind of value, its default as TOML, one sentence, and when it applies."""

    table: str
    name: str
    kind: Kind[Any]
    default: Toml
    meaning: str
    reloads: bool

    @property
    def dotted(self) -> str:
        return f"{self.table}.{self.name}"


def declare(kind: Kind[T], default: Toml, meaning: str, *, reloads: bool = False) -> T:
    """The field of a key, with the value that it has when nobody sets it."""
    declared = {"kind": kind, "default": default, "meaning": meaning, "reloads": reloads}
    made: T = field(default=kind.read(default), metadata=declared)
    return made
