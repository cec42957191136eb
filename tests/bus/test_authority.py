"""Authority: what a caller holds is freed when its connection has ended, whenever that is."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from dbus_next.constants import MessageType
from dbus_next.message import Message

from fakes.bus import PrivateBus
from fakes.busclient import Client, client_on
from sheetfed.bus.authority import Authority
from sheetfed.bus.connection import BUS_NAME, BUS_PATH
from sheetfed.bus.polkit import Polkit
from sheetfed.core.errors import NotAllowed
from sheetfed.core.model import Caller


@pytest.fixture
async def peer(bus: PrivateBus) -> AsyncIterator[Client]:
    """A connection that stands in for the daemon's and for a caller's."""
    async with client_on(bus.address) as client:
        yield client


@pytest.fixture
def left() -> list[Caller]:
    return []


@pytest.fixture
def authority(peer: Client, left: list[Caller]) -> Authority:
    return Authority(
        connection=peer.connection,
        trusts_own_user=True,
        polkit=Polkit(peer.connection),
        left=left.append,
    )


def _name(peer: Client) -> str:
    assert peer.connection.unique_name is not None
    return peer.connection.unique_name


def _has_left(name: str) -> Message:
    """What the bus says when this connection has ended."""
    return Message(
        message_type=MessageType.SIGNAL,
        sender=BUS_NAME,
        path=BUS_PATH,
        interface=BUS_NAME,
        member="NameOwnerChanged",
        signature="sss",
        body=[name, name, ""],
    )


async def test_a_caller_is_told_to_have_left_once(
    authority: Authority, peer: Client, left: list[Caller]
) -> None:
    caller = await authority.caller(_name(peer))
    assert caller.connection == _name(peer)
    authority.answered(caller)
    assert left == []
    authority.notice(_has_left(_name(peer)))
    authority.notice(_has_left(_name(peer)))
    assert left == [caller]
    assert authority.present() == []


async def test_a_call_that_is_answered_after_its_caller_left_frees_what_it_took(
    authority: Authority, peer: Client, left: list[Caller]
) -> None:
    caller = await authority.caller(_name(peer))
    authority.notice(_has_left(_name(peer)))
    authority.answered(caller)
    assert left == [caller, caller]


async def test_a_connection_that_ends_while_the_bus_is_asked_for_it_is_not_kept(
    authority: Authority, peer: Client, left: list[Caller]
) -> None:
    asked = [asyncio.create_task(authority.caller(_name(peer))) for _ in range(2)]
    await asyncio.sleep(0)
    authority.notice(_has_left(_name(peer)))
    callers = await asyncio.gather(*asked)
    assert authority.present() == []
    authority.answered(callers[0])
    assert left == [callers[0]]


async def test_a_connection_that_the_bus_does_not_know_is_refused(authority: Authority) -> None:
    with pytest.raises(NotAllowed):
        await authority.caller(":1.99999")
    assert authority.present() == []


async def test_another_connections_word_that_somebody_left_counts_for_nothing(
    authority: Authority, peer: Client, left: list[Caller]
) -> None:
    await authority.caller(_name(peer))
    forged = _has_left(_name(peer))
    forged.sender = ":1.7"
    authority.notice(forged)
    assert left == []
    assert len(authority.present()) == 1
