"""Reducer: a picture made smaller by a whole factor while its strips go by."""

from PIL import Image as Pillow


class Reducer:
    """Averages boxes of factor × factor pixels; holds the result and less than one box of rows."""

    def __init__(self, *, width_px: int, height_px: int, factor: int) -> None:
        self._factor = factor
        self._size = (-(-width_px // factor), -(-height_px // factor))
        self._result: Pillow.Image | None = None
        self._filled_px = 0
        self._rest: Pillow.Image | None = None

    def add(self, strip: Pillow.Image) -> None:
        """Take the next rows, in mode L or RGB."""
        if self._rest is not None:
            strip = _stacked(self._rest, strip)
        whole = strip.height // self._factor * self._factor
        self._rest = None
        if whole < strip.height:
            self._rest = strip.crop((0, whole, strip.width, strip.height))
        if whole:
            self._paste(strip.reduce(self._factor, (0, 0, strip.width, whole)))

    def result(self) -> Pillow.Image:
        """The picture; boxes at the right and lower edges may be averages of fewer pixels."""
        if self._rest is not None:
            self._paste(self._rest.reduce(self._factor))
            self._rest = None
        if self._result is None:
            raise ValueError("no rows were added")
        return self._result

    def _paste(self, reduced: Pillow.Image) -> None:
        if self._result is None:
            self._result = Pillow.new(reduced.mode, self._size)
        self._result.paste(reduced, (0, self._filled_px))
        self._filled_px += reduced.height


def _stacked(upper: Pillow.Image, lower: Pillow.Image) -> Pillow.Image:
    both = Pillow.new(lower.mode, (lower.width, upper.height + lower.height))
    both.paste(upper, (0, 0))
    both.paste(lower, (0, upper.height))
    return both
