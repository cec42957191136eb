"""Image type: the formats that pages are written in."""

from enum import StrEnum


class ImageType(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    BMP = "bmp"
    WEBP = "webp"
    TIFF = "tiff"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return "application/pdf" if self is ImageType.PDF else f"image/{self.value}"

    @property
    def holds_many(self) -> bool:
        """Whether a file of this type can have several pages."""
        return self in (ImageType.TIFF, ImageType.PDF)

    @property
    def is_shown(self) -> bool:
        """Whether browsers show it, so that a page can be rendered to it at any size."""
        return self in (ImageType.JPEG, ImageType.PNG, ImageType.WEBP)
