"""Describing: the table's operation that tells of all the others."""

from typing import Final

from sheetfed.web.rest.description import Description
from sheetfed.web.rest.operation import Answer, Group, Operation
from sheetfed.web.schemas import by_name

DESCRIPTION: Final = Group(
    "description",
    "This description.",
    Description,
    (
        Operation(
            "getDescription",
            "GET",
            "/api/openapi.json",
            Description.document,
            "This document: OpenAPI 3.1.",
            (
                Answer(200, "the document", by_name({})),
                Answer(304, "it is as it was, see `ETag`", media_types=()),
            ),
            has_head=True,
            needs=None,
        ),
    ),
)
