"""The state table: every allowed move, and that all others are refused."""

import itertools

import pytest

from sheetfed.core import states
from sheetfed.core.errors import WrongState
from sheetfed.core.job import JobState
from sheetfed.core.states import JobEvent

MOVES = {
    ("queued", "leased"): "starting",
    ("starting", "started"): "scanning",
    ("scanning", "faulted"): "paused",
    ("paused", "resumed"): "scanning",
    ("queued", "ended"): "finishing",
    ("starting", "ended"): "finishing",
    ("scanning", "ended"): "finishing",
    ("paused", "ended"): "finishing",
    ("finishing", "completed"): "done",
    ("finishing", "failed"): "failed",
    ("finishing", "canceled"): "canceled",
}
FORBIDDEN = sorted(set(itertools.product(JobState, JobEvent)) - set(MOVES))


@pytest.mark.parametrize(("state", "event"), sorted(MOVES))
def test_an_allowed_event_moves_the_job(state: str, event: str) -> None:
    assert states.apply(JobState(state), JobEvent(event)) == MOVES[state, event]


@pytest.mark.parametrize(("state", "event"), FORBIDDEN)
def test_every_other_event_is_refused_with_the_state(state: JobState, event: JobEvent) -> None:
    with pytest.raises(WrongState, match=f"{state} cannot be {event}") as caught:
        states.apply(state, event)
    assert caught.value.details == {"state": str(state)}


def test_final_states_are_those_that_no_event_leaves() -> None:
    left = {state for state, _ in MOVES}
    assert {state for state in JobState if state.is_final} == set(JobState) - left
