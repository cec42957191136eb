"""Placing: sets the part of the glass, or of the paper, that is scanned."""

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Area
from sheetfed.devices.dialect import Dialect
from sheetfed.devices.dials import Dials
from sheetfed.devices.glass import Axis, Glass, measure
from sheetfed.devices.translate import unit_mm


async def place(dials: Dials, dialect: Dialect, asked: Area | None) -> Area | None:
    """Set the area, or all there is; returns what it is then, None where there is none to set.

    A feeder that centres its paper is told the paper's size: an area at its left edge is the
    whole of the paper's width, any other is a part of the widest paper.
    Raises InvalidParameter or SettingsRefused.
    """
    glass = measure(dials.now, dialect)
    if glass is None:
        return None
    area = asked or _usual(glass, dialect)
    if not _is_inside(area, glass):
        limits = f"within {glass.across.length_mm:g} x {glass.down.length_mm:g} mm"
        raise InvalidParameter(
            "the area is empty or outside of what the scanner reaches",
            details={"name": "area", "allowed": limits},
        )
    across, down = glass.across, glass.down
    left, top = across.low_mm + area.left_mm, down.low_mm + area.top_mm
    right, bottom = left + area.width_mm, top + area.height_mm
    is_whole_width = area.left_mm == 0 or across.far is None
    placer = _Placer(dials, dialect, is_default=asked is None)
    paper_width = right if is_whole_width else across.high_mm
    paper_right = await placer.set(across, across.paper, paper_width)
    paper_bottom = await placer.set(down, down.paper, bottom)
    # The far edges first, so that the area is never turned inside out.
    right_now = await placer.set(across, across.far, right) or paper_right or right
    bottom_now = await placer.set(down, down.far, bottom) or paper_bottom or bottom
    left_now = await placer.set(across, across.near, left) or across.low_mm
    top_now = await placer.set(down, down.near, top) or down.low_mm
    return Area(
        left_mm=left_now - across.low_mm,
        top_mm=top_now - down.low_mm,
        width_mm=right_now - left_now,
        height_mm=bottom_now - top_now,
    )


class _Placer:
    """Sets edges in millimetres."""

    def __init__(self, dials: Dials, dialect: Dialect, *, is_default: bool) -> None:
        self._dials = dials
        self._dialect = dialect
        self._is_default = is_default

    async def set(self, axis: Axis, name: str | None, place_mm: float) -> float | None:
        """Where it is then; None when it is not known."""
        if name is None or (self._is_default and self._dials.keeps(name)):
            return None
        option = self._dials.now[name]
        unit = unit_mm(option, self._dials.now, self._dialect, is_across=axis.is_across)
        actual = await self._dials.put(name, place_mm / unit)
        return float(actual) * unit if isinstance(actual, int | float) else place_mm


def _usual(glass: Glass, dialect: Dialect) -> Area:
    """All that the scanner reaches, but no paper of some metres."""
    width_mm, height_mm = glass.across.length_mm, glass.down.length_mm
    if dialect.usual_ratio is not None and glass.down.paper is not None:
        height_mm = min(height_mm, width_mm * dialect.usual_ratio)
    return Area(0, 0, width_mm, height_mm)


def _is_inside(area: Area, glass: Glass) -> bool:
    return (
        area.width_mm > 0
        and area.height_mm > 0
        and 0 <= area.left_mm < glass.across.length_mm
        and 0 <= area.top_mm < glass.down.length_mm
    )
