"""Blank: how little ink a page has that counts as blank."""

from typing import Final

BLANK_BELOW: Final = 1e-5
"""The part of a page that a digit's worth of ink covers on A4."""
