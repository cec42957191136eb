"""Lifeline: a worker does not go on with work that nobody waits for any more."""

import os
import signal
import socket
import subprocess
import sys

import pytest

PROGRAM = """
import sys, time
from sheetfed.imaging import lifeline

with lifeline.held(0):
    print("at work", flush=True)
    if sys.argv[1] == "hang":
        time.sleep(60)
print("done", flush=True)
line = sys.stdin.readline()
with lifeline.held(0):
    print("at work again", line, flush=True)
"""


def worker(orders: int, word: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, word],
        stdin=orders,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


def channel(kind: str) -> tuple[int, int]:
    """Its reading and its writing end."""
    if kind == "pipe":
        return os.pipe()
    ours, theirs = socket.socketpair()
    return ours.detach(), theirs.detach()


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_worker_at_work_ends_with_whoever_gave_the_order(kind: str) -> None:
    reading, writing = channel(kind)
    with worker(reading, "hang") as process:
        os.close(reading)
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        os.close(writing)
        assert process.wait() == -signal.SIGIO


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_the_next_order_ends_nobody(kind: str) -> None:
    reading, writing = channel(kind)
    with worker(reading, "") as process:
        os.close(reading)
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        assert process.stdout.readline() == "done\n"
        os.write(writing, b"order\n")
        assert process.stdout.readline() == "at work again order\n"
        assert process.wait() == 0
        os.close(writing)


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_work_is_not_begun_for_nobody(kind: str) -> None:
    reading, writing = channel(kind)
    os.close(writing)
    with worker(reading, "hang") as process:
        os.close(reading)
        assert process.wait() == -signal.SIGIO
        assert process.stdout is not None
        assert process.stdout.read() == ""
