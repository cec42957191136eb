"""Threads: a driver's running thread is waited for, a sleeping one is not."""

import threading
import time

from sheetfed.devices.threads import let_rest


def test_a_sleeping_thread_is_not_waited_for() -> None:
    wake = threading.Event()
    sleeper = threading.Thread(target=wake.wait)
    sleeper.start()
    rests = let_rest()
    wake.set()
    sleeper.join()
    assert rests


def test_a_running_thread_is_waited_for_but_not_for_ever() -> None:
    runs = True

    def run() -> None:
        while runs:
            pass

    runner = threading.Thread(target=run)
    runner.start()
    began = time.monotonic()
    rests = let_rest()
    took = time.monotonic() - began
    runs = False
    runner.join()
    assert not rests
    assert took < 3
