"""Responses: what calls are answered with, as OpenAPI has it."""

from collections.abc import Iterable
from http import HTTPStatus

from sheetfed.core.errors import ErrorCode
from sheetfed.web.errors import STATUS
from sheetfed.web.rest.operation import Answer
from sheetfed.web.schemas import Schema


def responses(answers: Iterable[Answer]) -> dict[str, object]:
    """By status."""
    found: dict[str, object] = {}
    for answer in answers:
        schema = {} if answer.schema is None else {"schema": answer.schema}
        content = {media_type: dict(schema) for media_type in answer.media_types}
        told: dict[str, object] = {"description": answer.about}
        found[str(answer.status)] = {**told, "content": content} if content else told
    return found


def failures(errors: Iterable[ErrorCode], schema: Schema) -> dict[str, object]:
    """By status: which errors have it."""
    by_status: dict[int, list[ErrorCode]] = {}
    for code in sorted(set(errors)):
        by_status.setdefault(STATUS[code], []).append(code)
    return {
        str(status): {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}",
            "content": {"application/json": {"schema": schema}},
        }
        for status, codes in sorted(by_status.items())
    }
