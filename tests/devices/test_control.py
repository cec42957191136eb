"""Control: the worker's ear, open while the driver is busy."""

import os
import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetfed.devices import wire
from sheetfed.devices.control import Control


class Daemon:
    """The other end of a control's channel."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        self.theirs = theirs
        self.gone = threading.Event()
        self.control = Control(channel=theirs, on_gone=self.gone.set)
        self.control.start()

    def ask(self, number: int, command: str, *fds: int) -> None:
        message = {"number": number, "command": command}
        socket.send_fds(self.channel, [wire.encode(message)], fds)

    def cancel(self, number: int) -> None:
        self.channel.sendall(wire.encode({"command": "cancel", "target": number}))

    def leave(self) -> None:
        self.channel.close()
        assert self.gone.wait(5)


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon()
    yield made
    made.leave()
    for thread in threading.enumerate():
        if thread.name == "control":
            thread.join(5)
    made.theirs.close()


def test_requests_come_in_order(daemon: Daemon) -> None:
    daemon.ask(1, "open")
    daemon.ask(2, "options")
    heard = [daemon.control.next(), daemon.control.next()]
    assert [request and request.command for request in heard] == ["open", "options"]


def test_a_spools_descriptor_comes_with_its_request(daemon: Daemon, tmp_path: Path) -> None:
    with (tmp_path / "spool").open("wb") as spool:
        daemon.ask(1, "read", spool.fileno())
        request = daemon.control.next()
        assert request is not None
        assert request.fd is not None
        assert os.path.sameopenfile(request.fd, spool.fileno())
        assert not os.get_inheritable(request.fd)
        os.close(request.fd)


def test_a_driver_that_does_not_react_to_a_cancel_is_interrupted(daemon: Daemon) -> None:
    interrupted: queue.SimpleQueue[bool] = queue.SimpleQueue()
    daemon.control.set_interrupt(lambda: interrupted.put(True))
    daemon.ask(1, "read")
    daemon.control.next()
    daemon.cancel(1)
    assert interrupted.get(timeout=5)
    assert daemon.control.is_canceled(1)


def test_a_cancel_that_comes_too_late_interrupts_nothing(daemon: Daemon) -> None:
    interrupted = threading.Event()
    daemon.control.set_interrupt(interrupted.set)
    daemon.ask(1, "read")
    daemon.control.next()
    daemon.control.finish(1)
    daemon.cancel(1)
    daemon.ask(2, "read")
    daemon.control.next()
    assert not interrupted.is_set()
    assert not daemon.control.is_canceled(2)


def test_the_daemons_death_cancels_and_ends_the_queue(daemon: Daemon) -> None:
    daemon.leave()
    assert daemon.control.next() is None
    daemon.control.finish(1)


def test_an_answer_carries_its_requests_number(daemon: Daemon) -> None:
    daemon.control.send(7, {"progress": 40})
    decoder = wire.Decoder()
    assert list(decoder.feed(daemon.channel.recv(1000))) == [{"number": 7, "progress": 40}]
