"""Exports: what no file can be like is refused, with what is allowed."""

import pytest

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.exports import ExportOptions, Metadata, require_possible


@pytest.mark.parametrize(
    ("options", "is_about_whole"),
    [
        (ExportOptions(), False),
        (ExportOptions(quality=1, page_mm=(210, 297), text_languages=("eng",)), False),
        (ExportOptions(metadata=Metadata(title="Letters")), True),
        (ExportOptions(password="secret"), True),
        (ExportOptions(is_archive=True), True),
        (ExportOptions(is_archive=True, pdf_version="1.7"), True),
        (ExportOptions(pdf_version="1.4"), True),
    ],
)
def test_only_metadata_archive_and_password_are_about_the_whole_file(
    options: ExportOptions, is_about_whole: bool
) -> None:
    require_possible(options)
    assert options.is_about_whole is is_about_whole


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (ExportOptions(quality=0), "quality"),
        (ExportOptions(quality=101), "quality"),
        (ExportOptions(page_mm=(210, 9.9)), "page_mm"),
        (ExportOptions(page_mm=(5081, 297)), "page_mm"),
        (ExportOptions(page_mm=(float("nan"), 297)), "page_mm"),
        (ExportOptions(password="é" * 64), "password"),
        (ExportOptions(password="a\0b"), "password"),
        (ExportOptions(password="\ud800"), "password"),
        (ExportOptions(password="secret", is_archive=True), "password"),
        (ExportOptions(pdf_version="1.3"), "version"),
        (ExportOptions(pdf_version="2.0", is_archive=True), "version"),
    ],
)
def test_what_no_file_can_be_like_is_an_invalid_parameter(
    options: ExportOptions, name: str
) -> None:
    with pytest.raises(InvalidParameter) as met:
        require_possible(options)
    assert met.value.details["name"] == name
    assert met.value.details["allowed"]


def test_the_longest_password_is_allowed() -> None:
    require_possible(ExportOptions(password="é" * 63 + "a"))
