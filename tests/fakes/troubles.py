"""Troubles: what a check has found, by name."""

from sheetfed.cli.diagnosis import Diagnosis, Trouble


def names(found: list[Diagnosis]) -> list[Trouble | None]:
    assert all(each.advice for each in found if each.trouble)
    return [each.trouble for each in found]
