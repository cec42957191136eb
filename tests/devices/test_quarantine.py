"""Quarantine: counts faults in a row, and says so once."""

import logging

import pytest

from sheetfed.devices.quarantine import Quarantine


def test_a_backend_is_held_after_so_many_faults_in_a_row() -> None:
    quarantine = Quarantine(after=2)
    quarantine.survey_failed("hp", "crashed")
    quarantine.survey_succeeded("hp")
    quarantine.survey_failed("hp", "crashed")
    assert not quarantine.holds("hp")
    quarantine.survey_failed("hp", "crashed")
    assert quarantine.held == {"hp"}


def test_a_list_that_goes_well_does_not_make_up_for_scans_that_do_not() -> None:
    quarantine = Quarantine(after=2)
    quarantine.use_failed("hp", "crashed")
    quarantine.survey_succeeded("hp")
    quarantine.use_failed("hp", "crashed")
    assert quarantine.holds("hp")


def test_a_scan_that_goes_well_makes_up_for_everything() -> None:
    quarantine = Quarantine(after=2)
    quarantine.use_failed("hp", "crashed")
    quarantine.survey_failed("hp", "crashed")
    quarantine.use_succeeded("hp")
    quarantine.use_failed("hp", "crashed")
    quarantine.survey_failed("hp", "crashed")
    assert not quarantine.holds("hp")


def test_zero_never_holds_and_a_changed_limit_counts_from_the_next_fault() -> None:
    quarantine = Quarantine(after=0)
    for _ in range(9):
        quarantine.use_failed("hp", "crashed")
    assert not quarantine.holds("hp")
    quarantine.change(3)
    quarantine.use_failed("hp", "crashed")
    assert quarantine.holds("hp")


def test_the_journal_has_one_line_for_each_quarantine_and_each_release(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    quarantine = Quarantine(after=1)
    quarantine.forgive("hp")
    quarantine.use_failed("hp", "SIGSEGV")
    quarantine.use_failed("hp", "SIGSEGV")
    quarantine.forgive("hp")
    retry = "try again with `sheetctl devices --retry hp`"
    held = f"quarantined after 1 crash or hang; {retry} (SIGSEGV)"
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", f"SANE backend hp: {held}"),
        ("INFO", "SANE backend hp is released from quarantine"),
    ]
    assert not quarantine.holds("hp")


def test_the_refusal_says_how_to_try_again() -> None:
    quarantine = Quarantine(after=1)
    quarantine.use_failed("hp", "SIGSEGV")
    refusal = quarantine.refusal("hp")
    assert "quarantined" in refusal.message
    assert "sheetctl devices --retry hp" in refusal.message
    assert refusal.details == {"backend": "hp", "quarantined": True}


def test_several_faults_may_have_been_hangs() -> None:
    quarantine = Quarantine(after=2)
    quarantine.use_failed("hp", "SIGSEGV")
    quarantine.survey_failed("hp", "did not answer within 15 s")
    quarantine.survey_failed("hp", "did not answer within 15 s")
    assert quarantine.sentence("hp").startswith("quarantined after 2 crashes or hangs;")
