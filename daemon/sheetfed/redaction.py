"""Redaction: the effective configuration as somebody else may read it."""

from enum import StrEnum
from typing import Any

from sheetfed.config_key import Key
from sheetfed.config_kinds import Endpoint
from sheetfed.config_schema import Config, keys


def redacted(config: Config) -> dict[str, object]:
    """By dotted key. Numbers, switches, words and addresses to listen at are told; of what people
    have written themselves, names, paths and origins, only that they have, and how many."""
    return {key.dotted: _told(key, getattr(getattr(config, key.table), key.name)) for key in keys()}


def _told(key: Key, value: Any) -> object:
    written = key.kind.write(value)
    if written == key.default or isinstance(written, bool | int | float):
        return written
    if isinstance(value, StrEnum | int | float):
        return written
    if isinstance(value, tuple) and value and all(isinstance(each, Endpoint) for each in value):
        return written
    if isinstance(value, tuple):
        return f"{len(value)} of one's own"
    return "one's own"
