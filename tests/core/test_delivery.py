"""Deliveries: what is tried again, after how long, and what is not."""

import io

import pytest

from fakes.clock import FakeClock
from fakes.sender import FakeSender, lost
from fakes.transfers import POST, PUT
from sheetfed.core.delivery import Delivery, Progress
from sheetfed.core.errors import Interrupted, UploadFailed, UploadRefused
from sheetfed.core.uploads import Reply, TransferState, Upload

NEVER_LEFT = lost(may_have_arrived=False)
MAY_BE_THERE = lost(may_have_arrived=True)


class Delivering:
    """A delivery of eight bytes, what it tells, and how it waits."""

    def __init__(self, *outcomes: Reply | Exception, attempts: int = 4, stays: bool = True) -> None:
        self.sender, self.clock = FakeSender(), FakeClock()
        self.sender.outcomes = list(outcomes)
        self.told: list[Progress] = []
        self._delivery = Delivery(
            sender=self.sender,
            clock=self.clock,
            attempts=attempts,
            tell=self.told.append,
            may_wait=lambda: stays,
        )

    async def deliver(self, upload: Upload) -> Reply:
        return await self._delivery.deliver(upload, io.BytesIO(b"8 bytes."), 8)


async def test_a_file_that_arrives_is_sent_once_and_tells_how_far_it_is() -> None:
    delivering = Delivering()
    assert (await delivering.deliver(POST)).status == 200
    assert delivering.sender.arrived == [b"8 bytes."]
    assert [(told.state, told.attempt, told.sent_bytes) for told in delivering.told] == [
        (TransferState.SENDING, 1, 0),
        (TransferState.SENDING, 1, 4),
        (TransferState.SENDING, 1, 8),
    ]


@pytest.mark.parametrize(
    "outcome", [NEVER_LEFT, MAY_BE_THERE, Reply(503, ""), Reply(429, ""), Reply(500, "")]
)
async def test_a_put_is_tried_again_with_longer_and_longer_pauses(
    outcome: Reply | Exception,
) -> None:
    delivering = Delivering(outcome, outcome, outcome)
    assert (await delivering.deliver(PUT)).is_success
    assert delivering.clock.slept == [1.0, 4.0, 16.0]
    states = [told.state for told in delivering.told]
    assert states.count(TransferState.WAITING) == 3
    assert delivering.told[-1].attempt == 4


async def test_the_server_says_how_long_to_wait_within_reason() -> None:
    delivering = Delivering(Reply(503, "", 7.0), Reply(429, "", 86400.0))
    assert (await delivering.deliver(PUT)).is_success
    assert delivering.clock.slept == [7.0, 60.0]


async def test_a_post_that_never_left_is_tried_again() -> None:
    delivering = Delivering(NEVER_LEFT)
    assert (await delivering.deliver(POST)).is_success


async def test_a_post_that_may_have_arrived_is_not_sent_twice() -> None:
    delivering = Delivering(MAY_BE_THERE)
    with pytest.raises(UploadFailed) as failed:
        await delivering.deliver(POST)
    assert failed.value.details == {
        "reason": "the connection to the server broke",
        "attempts": 1,
    }
    assert len(delivering.sender.attempts) == 1


async def test_a_post_that_was_turned_down_is_not_sent_twice() -> None:
    delivering = Delivering(Reply(503, "later"))
    with pytest.raises(UploadFailed) as failed:
        await delivering.deliver(POST)
    assert failed.value.details == {"status": 503, "body": "later", "attempts": 1}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 501, 304])
async def test_an_answer_that_will_not_change_is_taken_as_it_is(status: int) -> None:
    delivering = Delivering(Reply(status, "no"))
    with pytest.raises(UploadFailed) as failed:
        await delivering.deliver(PUT)
    assert failed.value.details["status"] == status
    assert delivering.clock.slept == []


async def test_the_last_attempt_is_the_last() -> None:
    delivering = Delivering(*[Reply(502, "down")] * 9, attempts=3)
    with pytest.raises(UploadFailed) as failed:
        await delivering.deliver(PUT)
    assert failed.value.details["attempts"] == 3
    assert len(delivering.sender.attempts) == 3


async def test_what_another_attempt_would_not_mend_is_told_at_once() -> None:
    delivering = Delivering(UploadRefused())
    with pytest.raises(UploadRefused):
        await delivering.deliver(PUT)
    assert len(delivering.sender.attempts) == 1


async def test_a_stop_does_not_wait_for_another_attempt() -> None:
    delivering = Delivering(NEVER_LEFT, stays=False)
    with pytest.raises(Interrupted):
        await delivering.deliver(PUT)
    assert delivering.clock.slept == []
