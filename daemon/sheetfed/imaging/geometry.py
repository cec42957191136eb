"""Geometry: edits that move pixels: turns, mirrors, crops, sizes."""

import math

import numpy as np
from PIL import Image as Pillow

from sheetfed.core.edited import after, is_right_angle
from sheetfed.core.edits import (
    Crop,
    Erase,
    Resampling,
    Resize,
    Rotate,
    SetDpi,
)
from sheetfed.core.model import Image
from sheetfed.imaging.samples import Samples, fill_of, planes, stacked

_METHODS = {
    Resampling.NEAREST: Pillow.Resampling.NEAREST,
    Resampling.BILINEAR: Pillow.Resampling.BILINEAR,
    Resampling.BICUBIC: Pillow.Resampling.BICUBIC,
    Resampling.LANCZOS: Pillow.Resampling.LANCZOS,
}


def rotated(pixels: Samples, image: Image, edit: Rotate) -> Samples:
    """Clockwise; what was not on the page has the edit's fill."""
    if is_right_angle(edit.degrees):
        turned = np.rot90(pixels, -round(edit.degrees / 90) % 4)
        return _on_canvas(turned, image, edit) if edit.keep_size else turned
    dpi = max(image.x_dpi, image.y_dpi)
    if image.x_dpi != image.y_dpi:
        square = after(image, SetDpi(dpi, dpi, resample=True))
        pixels = resized(pixels, image, Resize(square.width_px, square.height_px))
        image = square
    target = after(image, edit)
    angle = math.radians(edit.degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    x_from, y_from = image.width_px / 2, image.height_px / 2
    x_to, y_to = target.width_px / 2, target.height_px / 2
    # Where in the page each place of the result comes from.
    affine = (
        *(cosine, sine, x_from - cosine * x_to - sine * y_to),
        *(-sine, cosine, y_from + sine * x_to - cosine * y_to),
    )
    size = (target.width_px, target.height_px)
    return stacked(
        (
            plane.transform(
                size,
                Pillow.Transform.AFFINE,
                affine,
                Pillow.Resampling.BICUBIC,
                fillcolor=fill,
            )
            for plane, fill in zip(planes(pixels), fill_of(edit.fill, image), strict=True)
        ),
        image,
        size,
    )


def cropped(pixels: Samples, edit: Crop) -> Samples:
    return pixels[edit.top : edit.bottom, edit.left : edit.right]


def erased(pixels: Samples, image: Image, edit: Erase) -> Samples:
    pixels = pixels.copy()
    pixels[edit.top : edit.bottom, edit.left : edit.right] = fill_of(edit.fill, image)
    return pixels


def resized(pixels: Samples, image: Image, edit: Resize) -> Samples:
    size = (edit.width, edit.height)
    made = (plane.resize(size, _METHODS[edit.method]) for plane in planes(pixels))
    return stacked(made, image, size)


def with_dpi(pixels: Samples, image: Image, edit: SetDpi) -> Samples:
    if not edit.resample:
        return pixels
    target = after(image, edit)
    return resized(pixels, image, Resize(target.width_px, target.height_px))


def _on_canvas(pixels: Samples, image: Image, edit: Rotate) -> Samples:
    """In the middle of a page of the image's size."""
    canvas = np.empty((image.height_px, image.width_px, pixels.shape[2]), dtype=pixels.dtype)
    canvas[:] = fill_of(edit.fill, image)
    rows, columns = min(len(pixels), len(canvas)), min(pixels.shape[1], canvas.shape[1])
    canvas[_middle(len(canvas), rows), _middle(canvas.shape[1], columns)] = pixels[
        _middle(len(pixels), rows), _middle(pixels.shape[1], columns)
    ]
    return canvas


def _middle(length: int, part: int) -> slice:
    start = (length - part) // 2
    return slice(start, start + part)
