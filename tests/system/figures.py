"""Figures: what a check has measured, told to whoever reads the end of the run, as a table."""

from collections.abc import Iterable

import pytest

_NAME = "figure"


class Figures:
    """Of one release."""

    def __init__(self, node: pytest.Item, release: str) -> None:
        self._node = node
        self._release = release

    def tell(self, what: str, value: str) -> None:
        self._node.user_properties.append((_NAME, (self._release, what, value)))


def table(reports: Iterable[pytest.TestReport]) -> list[str]:
    """A line for each figure, a column for each release; no line when nothing was told."""
    told: dict[str, dict[str, str]] = {}
    for report in reports:
        for name, value in report.user_properties:
            if name == _NAME:
                release, what, figure = value  # type: ignore[misc]
                told.setdefault(what, {})[release] = figure
    if not told:
        return []
    releases = sorted({release for figures in told.values() for release in figures})
    rows = [["", *releases]]
    rows += [[what, *(told[what].get(each, "") for each in releases)] for what in told]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
