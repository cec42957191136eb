"""Recorder: a listener that keeps every event of a hub at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sheetfed.core.events import Event, Hub


@contextmanager
def recorded(hub: Hub) -> Iterator[list[Event]]:
    """The events that are published while in the block, as they come."""
    events: list[Event] = []

    def keep(event: Event) -> bool:
        events.append(event)
        return False

    with hub.subscribe(keep):
        yield events
