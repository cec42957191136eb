"""Garbage: when Python looks for cycles that nobody uses any more."""

import gc
from typing import Final

_COLLECT_AFTER: Final = (10_000, 20, 20)


def hold_off() -> None:
    """What a start makes stays: to look for garbage in it took an eighth of the start."""
    gc.disable()


def collect_seldom() -> None:
    """After the start. Requests leave few cycles behind, and what the start has made is not looked
    at again: looking after every few requests took a third of the time of a small call."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    gc.enable()
