"""Lookup: the address that is checked is the one that is connected to."""

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from fakes.authority import Authority
from fakes.receiver import Receiver, running_receiver, said
from fakes.sent import knowing, sent, to
from sheetfed.core.errors import UploadRefused
from sheetfed.core.uploads import Undelivered
from sheetfed.web.uploading import lookup
from sheetfed.web.uploading.trust import Trust


async def test_a_name_that_stands_for_this_machine_is_refused(receiver: Receiver) -> None:
    look_up = knowing(app_example_org=[["127.0.0.1", "169.254.169.254", "::1"]])
    with pytest.raises(UploadRefused):
        await sent(to(f"https://app.example.org:{receiver.port}/"), look_up=look_up)
    assert receiver.arrived == []


async def test_a_name_that_is_another_address_by_the_time_of_the_connection_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    asked = []

    async def look_up(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    def unasked(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up once more")

    tls = authority.server("dev.localhost")
    async with running_receiver(tls=tls, name="dev.localhost") as receiver:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unasked)
        reply = await sent(to(receiver.origin), trust=Trust(authority.certificate), look_up=look_up)
        assert reply.is_success
    assert asked == ["dev.localhost"]


async def test_a_name_is_checked_again_for_each_connection(tmp_path: Path) -> None:
    """As after a redirect, when it may stand for another address by then."""
    authority = Authority(tmp_path)
    tls = authority.server("dev.localhost")
    async with running_receiver(tls=tls, name="dev.localhost") as receiver:
        receiver.at["/in"] = said(307, Location="/other")
        look_up = knowing(dev_localhost=[["127.0.0.1"], ["169.254.169.254"]])
        with pytest.raises(UploadRefused):
            await sent(
                to(f"{receiver.origin}/in"), trust=Trust(authority.certificate), look_up=look_up
            )
        assert len(receiver.arrived) == 1


async def test_a_name_that_nobody_knows_is_told(receiver: Receiver) -> None:
    with pytest.raises(Undelivered) as lost:
        await sent(to("https://app.example.org"), look_up=knowing())
    assert lost.value.reason == "the server's name is not known"
    assert not lost.value.may_have_arrived


async def test_the_systems_names_are_known() -> None:
    assert "127.0.0.1" in await lookup.system("127.0.0.1", 80)
    with pytest.raises(OSError):
        await lookup.system("no-such-name.invalid", 80)


async def test_nothing_but_the_checked_name_is_resolved() -> None:
    pinned = lookup.Pinned("app.example.org", ["192.0.2.1", "2001:db8::1"])
    both = await pinned.resolve("app.example.org", 443)
    assert [found["host"] for found in both] == ["192.0.2.1", "2001:db8::1"]
    only = await pinned.resolve("app.example.org", 443, socket.AF_INET6)
    assert [found["host"] for found in only] == ["2001:db8::1"]
    with pytest.raises(OSError):
        await pinned.resolve("evil.example", 443)
