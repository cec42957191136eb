"""Errors: a closed table."""

import re

import pytest

from sheetfed.core import errors
from sheetfed.core.errors import ERRORS, Detail, ErrorCode, PaperJam, ScanError


def test_every_code_has_exactly_one_class() -> None:
    classes = ScanError.__subclasses__()
    assert sorted(cls.code for cls in classes) == sorted(ErrorCode)
    assert {ERRORS[code] for code in ErrorCode} == set(classes)


@pytest.mark.parametrize("cls", ScanError.__subclasses__())
def test_a_class_is_named_as_its_code(cls: type[ScanError]) -> None:
    dashed = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
    assert dashed == cls.code
    assert getattr(errors, cls.__name__) is cls


@pytest.mark.parametrize("cls", ScanError.__subclasses__())
def test_an_error_without_a_message_says_its_sentence(cls: type[ScanError]) -> None:
    assert cls().message == str(cls()) == cls.sentence
    assert cls().details == {}


def test_an_error_carries_its_own_message_and_a_copy_of_its_details() -> None:
    details: dict[str, Detail] = {"job": "j1", "indices": [0, 1]}
    error = PaperJam("jammed at page 3", details=details)
    details.clear()
    assert (error.message, error.details) == (
        "jammed at page 3",
        {"job": "j1", "indices": [0, 1]},
    )
