"""Combinations: settings of the virtual scanner, for us, for scanimage, and as computed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from fakes.patterns import Pixels, pattern
from sheetfed.core.model import Area, Mode, OptionValue, ScanSettings

ORDERS = ("RGB", "RBG", "GBR", "GRB", "BRG", "BGR")
_MM_PER_INCH = 25.4
_HAND_WIDTH_MM, _HAND_HEIGHT_MM = 110, 170
_LOSSES = (0, 11)

Limits = tuple[int | None, ...]
"""How many bytes each read may give at most; None is as many as it can."""

# Widths of whole bytes and not, pages that fill a read's buffer and not.
_GEOMETRIES: tuple[tuple[int, Area | None, Limits], ...] = (
    (30, Area(3, 5, 53, 40), (None, 1, 7)),
    (77, Area(0, 0, 37, 61), (None, 1021)),
    (1200, Area(11, 7, 17, 3), (None, 32749)),
)
_HAND_GEOMETRIES: tuple[tuple[int, Area | None, Limits], ...] = ((50, None, (None, 613)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One page's settings. `order` is that of three passes; `read_limit` is in bytes.

    A hand scanner has no area.
    """

    is_color: bool
    depth: int
    picture: str
    resolution: int
    area: Area | None
    order: str | None = None
    is_hand: bool = False
    ppl_loss: int = 0
    is_inverted: bool = False
    is_fuzzy: bool = False
    read_limit: int | None = None

    def settings(self) -> ScanSettings:
        """Every option by name, since the driver keeps what a page before has set."""
        options: dict[str, OptionValue] = {
            "depth": self.depth,
            "test-picture": self.picture,
            "ppl-loss": self.ppl_loss,
            "hand-scanner": self.is_hand,
        }
        if self.is_color:
            options["three-pass"] = self.order is not None
        if self.depth == 16:
            options["invert-endianess"] = self.is_inverted
        return ScanSettings(
            mode=Mode.COLOR if self.is_color else Mode.GRAY,
            resolution=self.resolution,
            area=self.area,
            options=options | self.passage(),
        )

    def passage(self) -> dict[str, OptionValue]:
        """The options that change how the picture is told and handed over, not the picture."""
        options: dict[str, OptionValue] = {
            "fuzzy-parameters": self.is_fuzzy,
            "read-limit": self.read_limit is not None,
        }
        if self.read_limit is not None:
            options["read-limit-size"] = self.read_limit
        if self.order is not None:
            options["three-pass-order"] = self.order
        return options

    @property
    def reference(self) -> str | None:
        """The format in which scanimage gives this picture unspoilt, if there is one.

        Its PNG is right for one frame of known height only; its PNM is wrong with lost pixels.
        """
        if self.is_color and self.depth == 1:
            return None
        if self.order is None and not self.is_hand:
            return "png"
        if self.ppl_loss or (self.order is not None and self.depth != 8):
            return None
        return "pnm"

    def arguments(self) -> tuple[str, ...]:
        """scanimage's."""
        settings = self.settings()
        edges: tuple[str, ...] = ()
        if self.area is not None:
            area = self.area
            edges = (
                f"-l{area.left_mm}",
                f"-t{area.top_mm}",
                f"-x{area.width_mm}",
                f"-y{area.height_mm}",
            )
        return (
            f"--format={self.reference}",
            f"--mode={'Color' if self.is_color else 'Gray'}",
            f"--resolution={self.resolution}",
            *edges,
            *(f"--{name}={_word(value)}" for name, value in settings.options.items()),
        )

    def computed(self) -> Pixels:
        """The picture, from what the driver draws and loses."""
        width_mm: float
        width_mm, height_mm = _HAND_WIDTH_MM, _HAND_HEIGHT_MM
        if self.area is not None:
            width_mm, height_mm = self.area.width_mm, self.area.height_mm
        pixels = pattern(
            self.picture,
            is_color=self.is_color,
            depth=self.depth,
            width_px=int(width_mm * self.resolution / _MM_PER_INCH) - self.ppl_loss,
            height_px=int(height_mm * self.resolution / _MM_PER_INCH),
            resolution=self.resolution,
            is_three_pass=self.order is not None,
        )
        return pixels.byteswap() if self.is_inverted else pixels


def in_one_pass(*, is_color: bool, depth: int, picture: str) -> Iterator[list[Combination]]:
    """Everything in all its combinations; a list's are the same picture, handed over otherwise."""
    for cell, limits in _cells(is_color=is_color, depth=depth, picture=picture):
        yield [
            replace(cell, is_fuzzy=is_fuzzy, read_limit=limit)
            for is_fuzzy, limit in product((False, True), limits)
        ]


def in_three_passes(*, depth: int, picture: str) -> Iterator[list[Combination]]:
    """The same in every order, each handed over in one of the other ways, which take turns."""
    cells = _cells(is_color=True, depth=depth, picture=picture)
    for turn, (cell, limits) in enumerate(cells):
        ways = tuple(product((False, True), limits))
        turned = [ways[(turn + place) % len(ways)] for place in range(len(ORDERS))]
        yield [
            replace(cell, order=order, is_fuzzy=is_fuzzy, read_limit=limit)
            for order, (is_fuzzy, limit) in zip(ORDERS, turned, strict=True)
        ]


def _cells(*, is_color: bool, depth: int, picture: str) -> Iterator[tuple[Combination, Limits]]:
    """The hand scanner comes last: it hides the options of the area."""
    for is_hand, loss, is_inverted in product((False, True), _LOSSES, (False, True)):
        if is_inverted and depth != 16:
            continue
        for resolution, area, limits in _HAND_GEOMETRIES if is_hand else _GEOMETRIES:
            yield (
                Combination(
                    is_color=is_color,
                    depth=depth,
                    picture=picture,
                    resolution=resolution,
                    area=area,
                    is_hand=is_hand,
                    ppl_loss=loss,
                    is_inverted=is_inverted,
                ),
                limits,
            )


def _word(value: OptionValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
