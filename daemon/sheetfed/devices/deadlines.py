"""Deadlines: how long each step with a scanner may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadlines:
    """In seconds. `page_s` is from the start of a page, or its last progress, to the next;
    `backend_s` for one backend to list its scanners, `survey_s` for all of them; for `busy_s` a
    driver that says it is busy is asked again."""

    backend_s: float = 15.0
    survey_s: float = 60.0
    open_s: float = 30.0
    option_s: float = 10.0
    page_s: float = 60.0
    busy_s: float = 10.0
    cancel_s: float = 2.0
    terminate_s: float = 0.5
    close_s: float = 5.0
