"""Orders: what the daemon tells an image worker, and what it hears: one line of JSON each."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sheetfed.core.errors import ERRORS, ErrorCode, ScanError

Word = str | int | float | Sequence[str]
Words = Mapping[str, Word]

READY = b"ready\n"
"""A worker's first line: it has loaded what it needs."""


class Task(StrEnum):
    INGEST = "ingest"
    RENDER = "render"
    EXPORT = "export"
    JOIN = "join"


def order(task: Task, words: Words, *, deadline_s: float) -> bytes:
    return _line({"task": task, "deadline_s": deadline_s, "words": words})


def read_order(line: bytes) -> tuple[Task, dict[str, Any], float]:
    """The task, its words, and after how many seconds nobody waits for it any more."""
    parts = json.loads(line)
    return Task(parts["task"]), parts["words"], parts["deadline_s"]


def result(words: Words) -> bytes:
    return _line({"result": words})


def failure(error: ScanError) -> bytes:
    return _line({"error": error.code, "message": error.message, "details": error.details})


def read_answer(line: bytes) -> dict[str, Any]:
    """The result's words. Raises the ScanError that the worker met."""
    parts = json.loads(line)
    if "error" in parts:
        raise ERRORS[ErrorCode(parts["error"])](parts["message"], details=parts["details"])
    words: dict[str, Any] = parts["result"]
    return words


def _line(parts: Mapping[str, Any]) -> bytes:
    return json.dumps(parts).encode() + b"\n"
