"""Skew: by how much the lines of a page are turned.

The lower edges of letters stand in rows. Projected along the right angle they fall into few
places, along any other they are smeared; the sharper the projection, the better the angle (the
differential square sum of D. Bloomberg, G. Kopec and L. Dasari, SPIE 2422, 1995).
"""

import numpy as np
from numpy.typing import NDArray

from sheetfed.imaging.edited import PageStrips
from sheetfed.imaging.overview import overview
from sheetfed.imaging.tones import otsu

_DPI = 100.0
_FARTHEST = 15.0
_STEPS = (0.5, 0.1, 0.02)
_POINTS_MOST = 60_000
_POINTS_LEAST = 100
_SHARPNESS_LEAST = 2.0

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def skew_angle(page: PageStrips) -> float:
    """Degrees clockwise, −15…15; 0 for a page without lines."""
    plane = overview(page, _DPI).gray
    if plane.size < _POINTS_LEAST or np.ptp(plane) < 32:
        return 0.0
    ink = plane < otsu(plane)
    lines = _edges(ink[:-1] & ~ink[1:])
    columns = _edges(ink[:, :-1] & ~ink[:, 1:])
    found = [
        _sharpest(points) for points in (lines, _turned(columns)) if len(points[0]) >= _POINTS_LEAST
    ]
    angle, sharpness = max(found, key=lambda it: it[1], default=(0.0, 0.0))
    return round(angle, 2) if sharpness >= _SHARPNESS_LEAST else 0.0


def _edges(is_edge: NDArray[np.bool_]) -> Points:
    """Down and across, from the middle; of very many an even choice."""
    down, across = np.nonzero(is_edge)
    step = max(1, len(down) // _POINTS_MOST)
    height, width = is_edge.shape
    # Anywhere in its pixel: else a projection along the pixels' own rows looks sharp.
    spread = np.random.default_rng(0).uniform(-0.5, 0.5, (2, len(down)))
    return (
        (down + spread[0])[::step] - height / 2,
        (across + spread[1])[::step] - width / 2,
    )


def _turned(points: Points) -> Points:
    """By a quarter, so that columns stand as rows do."""
    down, across = points
    return -across, down


def _sharpest(points: Points) -> tuple[float, float]:
    """The angle of the sharpest projection, and how much sharper it is than the usual one."""
    low, high = -_FARTHEST, _FARTHEST
    usual, best, best_score = 0.0, 0.0, -1.0
    for step in _STEPS:
        angles = np.arange(low, high + step / 2, step)
        scores = [_score(points, float(angle)) for angle in angles]
        usual = usual or float(np.median(scores))
        place = int(np.argmax(scores))
        best, best_score = float(angles[place]), scores[place]
        low, high = best - step, best + step
    return best, best_score / usual if usual else 0.0


def _score(points: Points, degrees: float) -> float:
    down, across = points
    angle = np.radians(degrees)
    places = np.rint(down * np.cos(angle) - across * np.sin(angle)).astype(np.int64)
    counts = np.bincount(places - places.min())
    return float(np.sum(np.diff(counts.astype(np.float64)) ** 2))
