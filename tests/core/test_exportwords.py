"""Export words: options in words become what a file is to be like, or are refused by name."""

import pytest

from sheetfed.core import exportwords
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.exports import Compression, ExportOptions, Metadata
from sheetfed.core.imagetype import ImageType

LONG = "x" * (exportwords.TEXT_AT_MOST + 1)


def test_without_words_a_file_is_as_usual() -> None:
    assert exportwords.parse({}, ImageType.PDF) == ExportOptions()
    nothing = dict.fromkeys((*exportwords.NAMES, "password"))
    assert exportwords.parse(nothing, ImageType.PNG) == ExportOptions()


def test_every_word_is_taken() -> None:
    words = {
        "quality": 70,
        "compression": "JPEG",
        "page_size": "a4",
        "title": "Letters",
        "author": "Ada",
        "subject": "S",
        "keywords": "k",
        "password": "secret",
        "languages": ["eng", "script/Latin"],
    }
    assert exportwords.parse(words, ImageType.PDF) == ExportOptions(
        quality=70,
        compression=Compression.JPEG,
        page_mm=(210.0, 297.0),
        metadata=Metadata(title="Letters", author="Ada", subject="S", keywords="k"),
        password="secret",
        text_languages=("eng", "script/Latin"),
    )
    assert exportwords.parse({"archive": True}, ImageType.PDF).is_archive


@pytest.mark.parametrize(
    ("words", "image_type", "name"),
    [
        ({"colour": 1}, ImageType.PDF, "colour"),
        ({"quality": 0}, ImageType.PDF, "quality"),
        ({"quality": 50.5}, ImageType.PDF, "quality"),
        ({"compression": "none"}, ImageType.PDF, "compression"),
        ({"compression": "lzw"}, ImageType.JPEG, "compression"),
        ({"compression": 5}, ImageType.TIFF, "compression"),
        ({"page_size": "A99"}, ImageType.PDF, "page_size"),
        ({"page_size": 4}, ImageType.PDF, "page_size"),
        ({"title": LONG}, ImageType.PDF, "title"),
        ({"title": "a\nb"}, ImageType.PDF, "title"),
        ({"author": 7}, ImageType.PDF, "author"),
        ({"password": 7}, ImageType.PDF, "password"),
        ({"password": "a\0"}, ImageType.PDF, "password"),
        ({"password": "secret"}, ImageType.TIFF, "password"),
        ({"password": "secret", "archive": True}, ImageType.PDF, "password"),
        ({"archive": "yes"}, ImageType.PDF, "archive"),
        ({"archive": True}, ImageType.PNG, "archive"),
        ({"languages": "eng"}, ImageType.PDF, "languages"),
        ({"languages": ["eng"] * 9}, ImageType.PDF, "languages"),
        ({"languages": ["../eng"]}, ImageType.PDF, "languages"),
        ({"languages": [7]}, ImageType.PDF, "languages"),
        ({"languages": ["eng"]}, ImageType.JPEG, "languages"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    words: dict[str, object], image_type: ImageType, name: str
) -> None:
    with pytest.raises(InvalidParameter) as refused:
        exportwords.parse(words, image_type)
    assert refused.value.details["name"] == name
