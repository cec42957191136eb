"""Patience: the thread of an old aiosqlite sleeps until it has something to do, and ends."""

import threading
from queue import Empty

import aiosqlite
import pytest

from sheetfed.storage import patience
from sheetfed.storage.patience import Waiting


class Polling(threading.Thread):
    """What aiosqlite 0.17 does."""

    def __init__(self) -> None:
        super().__init__()
        self._tx = Waiting()
        self.is_running = True
        self.looks = 0
        self.done: list[str] = []

    def run(self) -> None:
        while True:
            self.looks += 1
            try:
                self.done.append(self._tx.get(timeout=0.001))
            except Empty:
                if self.is_running:
                    continue
                break


def test_it_wakes_up_for_work_alone_and_ends_when_it_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(aiosqlite.core, "_STOP_RUNNING_SENTINEL", raising=False)
    thread = Polling()
    before = thread._tx
    let_end = patience.teach(thread)  # type: ignore[arg-type]
    assert thread._tx is not before
    thread.start()
    for work in ("one", "two"):
        thread._tx.put(work)
    thread.is_running = False
    let_end()
    thread.join()
    assert (thread.done, thread.looks) == (["one", "two"], 3)


def test_one_that_waits_by_itself_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiosqlite.core, "_STOP_RUNNING_SENTINEL", object(), raising=False)
    thread = Polling()
    before = thread._tx
    patience.teach(thread)()  # type: ignore[arg-type]
    assert thread._tx is before
    assert before.empty()
