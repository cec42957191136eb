"""States: which event moves a job from which state to which."""

from enum import StrEnum

from sheetfed.core.errors import WrongState
from sheetfed.core.job import JobState


class JobEvent(StrEnum):
    LEASED = "leased"  # the scanner is this job's alone
    STARTED = "started"  # it is set up, the first page is fed
    FAULTED = "faulted"  # something a person can mend, after at least one page
    RESUMED = "resumed"
    ENDED = "ended"  # no further page will be read; the scanner is being given back
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"


_MOVES: dict[tuple[JobState, JobEvent], JobState] = {
    (JobState.QUEUED, JobEvent.LEASED): JobState.STARTING,
    (JobState.STARTING, JobEvent.STARTED): JobState.SCANNING,
    (JobState.SCANNING, JobEvent.FAULTED): JobState.PAUSED,
    (JobState.PAUSED, JobEvent.RESUMED): JobState.SCANNING,
    (JobState.QUEUED, JobEvent.ENDED): JobState.FINISHING,
    (JobState.STARTING, JobEvent.ENDED): JobState.FINISHING,
    (JobState.SCANNING, JobEvent.ENDED): JobState.FINISHING,
    (JobState.PAUSED, JobEvent.ENDED): JobState.FINISHING,
    (JobState.FINISHING, JobEvent.COMPLETED): JobState.DONE,
    (JobState.FINISHING, JobEvent.FAILED): JobState.FAILED,
    (JobState.FINISHING, JobEvent.CANCELED): JobState.CANCELED,
}


def apply(state: JobState, event: JobEvent) -> JobState:
    """The state after the event. Raises WrongState when the event cannot come in this state."""
    try:
        return _MOVES[state, event]
    except KeyError:
        raise WrongState(
            f"a job that is {state} cannot be {event}", details={"state": str(state)}
        ) from None
