"""What the service manager hears, on a real datagram socket."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator

import pytest

from fakes.notified import heard
from sheetfed.host import notify
from sheetfed.host.notify import Notifier, Watchdog
from sheetfed.sealed import memory


@pytest.fixture
def notifier(manager: socket.socket) -> Iterator[Notifier]:
    notifier = Notifier()
    yield notifier
    notifier.close()


async def test_ready_carries_a_status_line(manager: socket.socket, notifier: Notifier) -> None:
    notifier.ready("two scanners")
    assert heard(manager) == ["READY=1", "STATUS=two scanners"]


async def test_ready_without_a_status_leaves_the_status_alone(
    manager: socket.socket, notifier: Notifier
) -> None:
    notifier.ready()
    assert heard(manager) == ["READY=1"]


async def test_a_status_is_utf_8(manager: socket.socket, notifier: Notifier) -> None:
    notifier.status("scannt „Büro“ … 扫描")
    assert heard(manager) == ["STATUS=scannt „Büro“ … 扫描"]


async def test_a_status_with_line_breaks_is_one_assignment(
    manager: socket.socket, notifier: Notifier
) -> None:
    notifier.status("scanner X\nMAINPID=1\r\nREADY=1")
    assert heard(manager) == ["STATUS=scanner X MAINPID=1 READY=1"]


async def test_reloading_tells_when_it_began(manager: socket.socket, notifier: Notifier) -> None:
    before = time.monotonic_ns() // 1000
    notifier.reloading()
    word, when = heard(manager)
    assert word == "RELOADING=1"
    assert before <= int(when.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000


async def test_stopping_is_told(manager: socket.socket, notifier: Notifier) -> None:
    notifier.stopping()
    assert heard(manager) == ["STOPPING=1"]


async def test_a_manager_that_does_not_read_never_makes_the_daemon_wait(
    manager: socket.socket, notifier: Notifier
) -> None:
    for _ in range(2000):
        notifier.status("x" * 100)
    assert heard(manager) == ["STATUS=" + "x" * 100]


async def test_an_abstract_socket_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        name = f"sheetfed-test-{os.getpid()}"
        receiver.bind(f"\0{name}")
        receiver.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        notifier = await Notifier.open()
        notifier.ready()
        notifier.close()
        assert heard(receiver) == ["READY=1"]


async def test_without_a_manager_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notifier = await Notifier.open()
    notifier.ready("alone")
    notifier.reloading()
    notifier.stopping()
    notifier.close()


async def test_after_closing_nothing_is_sent(manager: socket.socket, notifier: Notifier) -> None:
    notifier.close()
    notifier.ready()
    with pytest.raises(BlockingIOError):
        manager.recv(1)


async def test_last_words_are_never_too_many(manager: socket.socket) -> None:
    await asyncio.to_thread(notify.last_words, "cannot start: 描" * 4000)
    (status,) = heard(manager)
    assert status.startswith("STATUS=cannot start: 描")
    assert len(status) < 1100


async def test_a_descriptor_is_given_to_be_kept_under_its_name(
    manager: socket.socket, notifier: Notifier
) -> None:
    ours = await asyncio.to_thread(memory.written, b"kept")
    assert notifier.keep("store-key", ours)
    os.close(ours)
    message, (theirs,), _, _ = socket.recv_fds(manager, 4096, 1)
    assert message.decode().split("\n") == ["FDSTORE=1", "FDNAME=store-key"]
    assert memory.content(theirs, bytes_at_most=100) == b"kept"
    os.close(theirs)


async def test_without_a_manager_nobody_keeps_a_descriptor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not Notifier().keep("store-key", 0)


async def test_a_manager_that_has_gone_keeps_no_descriptor(
    manager: socket.socket, notifier: Notifier
) -> None:
    manager.close()
    assert not notifier.keep("store-key", 0)


async def test_the_watchdog_is_fed_from_the_loop_again_and_again(
    manager: socket.socket, notifier: Notifier
) -> None:
    watchdog = Watchdog(notifier=notifier, environ={"WATCHDOG_USEC": "20000"})
    task = asyncio.create_task(watchdog.run())
    async with asyncio.timeout(5):
        for _ in range(3):
            assert await asyncio.get_running_loop().sock_recv(manager, 100) == b"WATCHDOG=1"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_watchdog_is_fed_at_half_its_limit(notifier: Notifier) -> None:
    environ = {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    assert Watchdog(notifier=notifier, environ=environ).interval_s == 15.0


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
    ],
)
async def test_nobody_is_fed_when_no_watchdog_waits_for_us(
    environ: dict[str, str], manager: socket.socket, notifier: Notifier
) -> None:
    await Watchdog(notifier=notifier, environ=environ).run()
    with pytest.raises(BlockingIOError):
        manager.recv(1)
