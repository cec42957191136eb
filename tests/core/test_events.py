"""Events: in order, filtered, replayed, and never waited for."""

import asyncio

from fakes.devices import DESK, HALL
from fakes.gate import until
from sheetfed.core.events import Event, Hub, ScannerAdded, ScannerRemoved, Subscription

ADDED = ScannerAdded(DESK)
REMOVED = ScannerRemoved(DESK)
OTHER = ScannerAdded(HALL)


def queued(subscription: Subscription) -> list[Event]:
    """What can be read without waiting."""
    events: list[Event] = []
    while True:
        reading = subscription.next()
        try:
            reading.send(None)
        except StopIteration as result:
            if result.value is None:
                return events
            events.append(result.value.event)
        else:
            reading.close()
            return events


async def test_events_come_numbered_in_their_order() -> None:
    hub = Hub()
    with hub.subscribe() as subscription:
        hub.publish(ADDED)
        hub.publish(REMOVED)
        first, second = await subscription.next(), await subscription.next()
    assert first is not None
    assert second is not None
    assert (first.event, second.event) == (ADDED, REMOVED)
    assert second.number == first.number + 1


async def test_a_listener_waits_for_the_next_event() -> None:
    hub = Hub()
    with hub.subscribe() as subscription:
        reading = asyncio.create_task(subscription.next())
        await asyncio.sleep(0)
        hub.publish(ADDED)
        numbered = await reading
    assert numbered is not None
    assert numbered.event is ADDED


async def test_all_that_is_there_is_taken_at_once_and_then_the_end() -> None:
    hub = Hub()
    with hub.subscribe() as subscription:
        for event in (ADDED, REMOVED):
            hub.publish(event)
        assert subscription.has_more
        assert [numbered.event for numbered in await subscription.all()] == [ADDED, REMOVED]
        assert not subscription.has_more
        hub.publish(OTHER)
        hub.close()
        assert [numbered.event for numbered in await subscription.all()] == [OTHER]
        assert await subscription.all() == []


async def test_every_listener_gets_what_it_wants_and_nothing_else() -> None:
    hub = Hub()
    with (
        hub.subscribe(lambda event: isinstance(event, ScannerAdded)) as additions,
        hub.subscribe() as everything,
    ):
        for event in (ADDED, REMOVED, OTHER):
            hub.publish(event)
        assert queued(additions) == [ADDED, OTHER]
        assert queued(everything) == [ADDED, REMOVED, OTHER]


async def test_a_returning_listener_first_gets_what_it_missed() -> None:
    hub = Hub()
    for event in (ADDED, REMOVED, OTHER):
        hub.publish(event)
    with hub.subscribe(lambda event: event is not REMOVED, after=1) as subscription:
        hub.publish(ADDED)
        assert queued(subscription) == [OTHER, ADDED]


async def test_whoever_returns_from_a_run_whose_clock_was_ahead_gets_the_whole_backlog() -> None:
    hub = Hub(first_number=100)
    hub.publish(ADDED)
    hub.publish(REMOVED)
    with hub.subscribe(after=5000) as subscription:
        assert queued(subscription) == [ADDED, REMOVED]
    with hub.subscribe(after=101) as subscription:
        assert queued(subscription) == []


async def test_the_backlog_is_bounded() -> None:
    hub = Hub(backlog=2)
    for event in (ADDED, REMOVED, OTHER):
        hub.publish(event)
    with hub.subscribe(after=0) as subscription:
        assert queued(subscription) == [REMOVED, OTHER]


async def test_a_new_listener_gets_nothing_of_the_past() -> None:
    hub = Hub()
    hub.publish(ADDED)
    with hub.subscribe() as subscription:
        assert queued(subscription) == []


async def test_a_slow_listener_is_dropped_and_reads_what_it_had_and_the_end() -> None:
    hub = Hub(queue_limit=2)
    with hub.subscribe() as slow, hub.subscribe() as quick:
        hub.publish(ADDED)
        hub.publish(REMOVED)
        assert queued(quick) == [ADDED, REMOVED]
        hub.publish(OTHER)
        hub.publish(ADDED)
        assert not slow.is_open
        assert queued(slow) == [ADDED, REMOVED]
        assert await slow.next() is None
        assert queued(quick) == [OTHER, ADDED]


async def test_closing_ends_every_listener_also_one_that_waits() -> None:
    hub = Hub()
    with hub.subscribe() as subscription:
        reading = asyncio.create_task(subscription.next())
        await asyncio.sleep(0)
        hub.close()
        hub.close()
        assert await reading is None
        assert await subscription.next() is None


async def test_a_listener_that_comes_after_the_close_is_ended_at_once() -> None:
    hub = Hub()
    hub.publish(ADDED)
    hub.close()
    with hub.subscribe(after=0) as subscription:
        assert queued(subscription) == [ADDED]
        await until(lambda: not subscription.is_open)
        assert await subscription.next() is None


async def test_a_listener_that_left_is_told_nothing_more() -> None:
    hub = Hub()
    with hub.subscribe() as subscription:
        pass
    hub.publish(ADDED)
    assert queued(subscription) == []
