"""A real server that takes what is sent."""

from collections.abc import AsyncIterator

import pytest

from fakes.receiver import Receiver, running_receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with running_receiver() as running:
        yield running
