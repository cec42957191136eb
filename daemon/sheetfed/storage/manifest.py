"""Manifest: what an archive says of its documents and pages, as JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from sheetfed.core import editwords
from sheetfed.core.errors import DamagedImage, ScanError, UnsupportedImage
from sheetfed.core.model import (
    Document,
    DocumentId,
    Image,
    InstanceId,
    JobId,
    Mode,
    Owner,
    Page,
    PageId,
)
from sheetfed.core.upkeep import Contents

FORMAT: Final = "sheetfed-archive-1"


def to_bytes(contents: Contents) -> bytes:
    documents = [
        {
            "id": document.id,
            "uid": document.owner.uid,
            "origin": document.owner.origin,
            "instance": document.instance,
            "created": document.created,
            "last_used": document.last_used,
            "name": document.name,
            "metadata": document.metadata,
            "current": document.current,
            "password_hash": document.password_hash,
            "pages": [_page_words(page) for page in pages],
        }
        for document, pages in contents.documents
    ]
    return json.dumps({"format": FORMAT, "documents": documents}, indent=1).encode()


def read(data: bytes) -> Contents:
    """Raises UnsupportedImage for another format, DamagedImage."""
    try:
        words = json.loads(data)
        name = words["format"]
        if name != FORMAT:
            raise UnsupportedImage(f"this archive has the format {name!s:.40}, not {FORMAT}")
        return Contents(tuple(_document(document) for document in words["documents"]))
    except UnsupportedImage:
        raise
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise DamagedImage("the archive's contents cannot be read") from error
    except ScanError as error:
        raise DamagedImage("the archive has an edit that is not known") from error


def _page_words(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "job": page.job,
        "sequence": page.sequence,
        "image": asdict(page.image),
        "size_bytes": page.size_bytes,
        "created": page.created,
        "edits": [editwords.to_words(edit) for edit in page.edits],
        "undone": page.undone,
    }


def _document(words: Mapping[str, Any]) -> tuple[Document, tuple[Page, ...]]:
    ident = DocumentId(_text(words["id"]))
    pages = tuple(_page(page, ident) for page in words["pages"])
    origin, instance = words["origin"], words["instance"]
    document = Document(
        id=ident,
        owner=Owner(_whole(words["uid"]), None if origin is None else _text(origin)),
        instance=None if instance is None else InstanceId(_text(instance)),
        created=_number(words["created"]),
        last_used=_number(words["last_used"]),
        pages=tuple(page.id for page in pages),
        name=_text(words["name"]),
        metadata=_text(words["metadata"]),
        current=_whole(words["current"]),
        password_hash=_text(words["password_hash"]),
    )
    return document, pages


def _page(words: Mapping[str, Any], document: DocumentId) -> Page:
    image, job = words["image"], words["job"]
    return Page(
        id=PageId(_text(words["id"])),
        document=document,
        job=None if job is None else JobId(_text(job)),
        sequence=_whole(words["sequence"]),
        image=Image(
            width_px=_whole(image["width_px"]),
            height_px=_whole(image["height_px"]),
            mode=Mode(image["mode"]),
            depth=_whole(image["depth"]),
            x_dpi=_number(image["x_dpi"]),
            y_dpi=_number(image["y_dpi"]),
        ),
        size_bytes=_whole(words["size_bytes"]),
        created=_number(words["created"]),
        edits=tuple(editwords.parse(edit) for edit in words["edits"]),
        undone=_whole(words["undone"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 63:
        raise TypeError("no whole number")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("no number")
    return float(value)
