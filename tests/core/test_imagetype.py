"""Image type: each format has its media type."""

from sheetfed.core.imagetype import ImageType


def test_each_image_type_has_its_media_type() -> None:
    assert [kind.media_type for kind in ImageType] == [
        "image/jpeg",
        "image/png",
        "image/bmp",
        "image/webp",
        "image/tiff",
        "application/pdf",
    ]
