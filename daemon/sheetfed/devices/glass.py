"""Glass: how far a scanner reaches, and the options that say which part of it is scanned."""

from dataclasses import dataclass

from sheetfed.core.options import Option
from sheetfed.devices.dialect import Dialect, Role
from sheetfed.devices.translate import Options, named, numbers, unit_mm


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction: the options of its near and far edge and of the paper's size.

    `low_mm` and `high_mm`: the nearest and the farthest place that can be reached.
    """

    is_across: bool
    near: str | None
    far: str | None
    paper: str | None
    low_mm: float
    high_mm: float

    @property
    def length_mm(self) -> float:
        return self.high_mm - self.low_mm


@dataclass(frozen=True, slots=True)
class Glass:
    """Both directions."""

    across: Axis
    down: Axis


def measure(options: Options, dialect: Dialect) -> Glass | None:
    """None when the driver does not say how far it reaches."""
    paper = dialect.paper or (None, None)
    across = _axis(options, dialect, (Role.LEFT, Role.RIGHT), paper[0])
    down = _axis(options, dialect, (Role.TOP, Role.BOTTOM), paper[1])
    return None if across is None or down is None else Glass(across, down)


def _axis(
    options: Options, dialect: Dialect, edges: tuple[Role, Role], paper: str | None
) -> Axis | None:
    is_across = edges[0] is Role.LEFT
    near, far = (named(options, dialect, edge) for edge in edges)
    size = options.get(paper) if paper is not None else None

    def places(option: Option | None) -> list[float]:
        if option is None:
            return []
        unit = unit_mm(option, options, dialect, is_across=is_across)
        return [number * unit for number in numbers(option)]

    lows, highs = places(near), [*places(far), *places(size)]
    # A driver that always begins at the edge has no option for that.
    low_mm = min(lows) if lows else 0.0 if near is None else None
    if low_mm is None or not highs:
        return None
    return Axis(
        is_across=is_across,
        near=near.name if lows and near is not None else None,
        far=far.name if places(far) and far is not None else None,
        paper=size.name if places(size) and size is not None else None,
        low_mm=low_mm,
        high_mm=max(highs),
    )
