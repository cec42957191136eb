"""Edited: how a page's size, mode and resolution are after edits."""

import math
from collections.abc import Iterable
from dataclasses import replace

from sheetfed.core.edits import (
    PIXELS_AT_MOST,
    SIDE_AT_MOST_PX,
    BlackWhite,
    Crop,
    Edit,
    Erase,
    Gray,
    Resize,
    Rotate,
    SetDpi,
)
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Image, Mode, Page


def after(image: Image, edit: Edit) -> Image:
    """The page as it is after the edit. Raises InvalidParameter when that cannot be."""
    match edit:
        case Rotate():
            image = _rotated(image, edit)
        case Crop(left, top, right, bottom):
            _require_inside(image, left, top, right, bottom)
            image = replace(image, width_px=right - left, height_px=bottom - top)
        case Erase(left, top, right, bottom):
            _require_inside(image, left, top, right, bottom)
        case Resize(width, height):
            image = _resized(image, width, height)
        case SetDpi(x, y, resample):
            if resample:
                image = _resized(
                    image,
                    max(1, round(image.width_px * x / image.x_dpi)),
                    max(1, round(image.height_px * y / image.y_dpi)),
                )
            image = replace(image, x_dpi=x, y_dpi=y)
        case Gray() if image.mode is Mode.COLOR:
            image = replace(image, mode=Mode.GRAY)
        case BlackWhite():
            image = replace(image, mode=Mode.BW, depth=1)
        case _:
            pass
    if (
        max(image.width_px, image.height_px) > SIDE_AT_MOST_PX
        or image.width_px * image.height_px > PIXELS_AT_MOST
    ):
        raise InvalidParameter(
            f"the page would have {image.width_px} x {image.height_px} pixels",
            details={"name": "size", "allowed": f"{SIDE_AT_MOST_PX} a side, {PIXELS_AT_MOST}"},
        )
    return image


def after_all(image: Image, edits: Iterable[Edit]) -> Image:
    """The page after every one of these edits."""
    for edit in edits:
        image = after(image, edit)
    return image


def shown(page: Page) -> Image:
    """The page as it is shown: after those of its edits that are applied."""
    return after_all(page.image, page.applied)


def is_right_angle(degrees: float) -> bool:
    """Whether it can be turned without making pixels from others."""
    return degrees % 90 == 0


def _rotated(image: Image, edit: Rotate) -> Image:
    if is_right_angle(edit.degrees):
        if edit.keep_size or edit.degrees % 180 == 0:
            return image
        return replace(
            image,
            width_px=image.height_px,
            height_px=image.width_px,
            x_dpi=image.y_dpi,
            y_dpi=image.x_dpi,
        )
    dpi = max(image.x_dpi, image.y_dpi)
    width = max(1, round(image.width_px * dpi / image.x_dpi))
    height = max(1, round(image.height_px * dpi / image.y_dpi))
    if not edit.keep_size:
        angle = math.radians(edit.degrees)
        cosine, sine = abs(math.cos(angle)), abs(math.sin(angle))
        width, height = (
            math.ceil(width * cosine + height * sine - 1e-6),
            math.ceil(width * sine + height * cosine - 1e-6),
        )
    return replace(image, width_px=width, height_px=height, x_dpi=dpi, y_dpi=dpi)


def _resized(image: Image, width: int, height: int) -> Image:
    return replace(
        image,
        width_px=width,
        height_px=height,
        x_dpi=image.x_dpi * width / image.width_px,
        y_dpi=image.y_dpi * height / image.height_px,
    )


def _require_inside(image: Image, left: int, top: int, right: int, bottom: int) -> None:
    if not (0 <= left < right <= image.width_px and 0 <= top < bottom <= image.height_px):
        raise InvalidParameter(
            "the rectangle is empty or not on the page",
            details={
                "name": "left, top, right, bottom",
                "allowed": f"within {image.width_px} x {image.height_px} pixels",
            },
        )
