"""The line that `systemctl status` shows, as the service manager hears it."""

import socket
from collections.abc import Iterator

import pytest

from fakes.notified import heard
from sheetfed.host.notify import Notifier
from sheetfed.standing import Standing

TROUBLE = "no HTTPS: this machine has no certificates"


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def standing(manager: socket.socket, troubles: list[str]) -> Iterator[Standing]:
    notifier = Notifier()
    yield Standing(
        notifier=notifier,
        endpoints=lambda: ["http://127.0.0.1:1", "http://[::1]:1"],
        troubles=(lambda: [""], lambda: troubles),
    )
    notifier.close()


def test_it_says_what_is_served_and_what_is_wrong(
    manager: socket.socket, standing: Standing, troubles: list[str]
) -> None:
    standing.announce()
    assert heard(manager) == ["READY=1", "STATUS=Serving http://127.0.0.1:1 http://[::1]:1"]
    troubles.append(TROUBLE)
    standing.changed()
    assert heard(manager) == [f"STATUS=Serving http://127.0.0.1:1 http://[::1]:1; {TROUBLE}"]


def test_before_the_start_is_done_and_after_the_stop_began_nothing_is_served(
    manager: socket.socket, standing: Standing
) -> None:
    standing.changed()
    with pytest.raises(BlockingIOError):
        manager.recv(1)
    standing.announce()
    standing.stopping("Stopping")
    standing.changed()
    assert heard(manager)[0] == "READY=1"
    assert (heard(manager), heard(manager)) == (["STOPPING=1"], ["STATUS=Stopping"])
    with pytest.raises(BlockingIOError):
        manager.recv(1)


def test_a_reload_ends_with_how_it_is_then(
    manager: socket.socket, standing: Standing, troubles: list[str]
) -> None:
    standing.reloading()
    assert heard(manager)[0] == "RELOADING=1"
    troubles.append("waiting for a restart: imaging.workers")
    standing.reloaded()
    ready, status = heard(manager)
    assert ready == "READY=1"
    assert status.endswith("; waiting for a restart: imaging.workers")
