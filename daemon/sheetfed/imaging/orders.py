"""Orders: what the daemon tells an image worker, and what it hears: one line of JSON each."""

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from sheetfed.core import editwords
from sheetfed.core.errors import ERRORS, ErrorCode, ScanError
from sheetfed.core.exports import Compression, ExportOptions, Metadata
from sheetfed.core.ports import PageFiles

Words = Mapping[str, object]
"""JSON's values under their names."""

READY = b"ready\n"
"""A worker's first line: it has loaded what it needs."""


class Task(StrEnum):
    INGEST = "ingest"
    COUNT = "count"
    LOAD = "load"
    VERIFY = "verify"
    RENDER = "render"
    EXPORT = "export"
    JOIN = "join"
    LANGUAGES = "languages"
    SKEW = "skew"
    ORIENTATION = "orientation"
    PAPER = "paper"
    INK = "ink"
    BARCODES = "barcodes"

    @property
    def is_on_others(self) -> bool:
        """Whether it reads files that nobody vouches for."""
        return self in (Task.COUNT, Task.LOAD, Task.VERIFY)


def page_words(page: PageFiles) -> Words:
    return {
        "master": str(page.master),
        "preview": str(page.preview),
        "edits": [editwords.to_words(edit) for edit in page.edits],
    }


def read_page(words: Mapping[str, Any]) -> PageFiles:
    edits = tuple(editwords.parse(edit) for edit in words["edits"])
    return PageFiles(Path(words["master"]), Path(words["preview"]), edits)


def read_options(words: Mapping[str, Any]) -> ExportOptions:
    """What `dataclasses.asdict` made of them."""
    paper = words["page_mm"]
    return ExportOptions(
        **{
            **words,
            "compression": Compression(words["compression"]),
            "page_mm": None if paper is None else (paper[0], paper[1]),
            "metadata": Metadata(**words["metadata"]),
            "text_languages": tuple(words["text_languages"]),
        }
    )


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
