"""Guards around every test: nothing blocks the loop, nothing is left behind."""

import asyncio
import os
import socket
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

# Debian's dbus-next takes PyGObject in where it is installed, and that warns as it comes: while
# the conftests beside this one are read, and while tests are collected.
warnings.filterwarnings("ignore", "DynamicImporter", ImportWarning)

# How long one example takes says how busy the machine is.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

WITH_REAL_PROCESSES: Final = ("browser", "cli", "integration", "security", "thirdparty")
PROCESSES_LIMIT_S: Final = 60


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore:DynamicImporter:ImportWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start daemons and browsers have longer, where they do not say how long."""
    here = Path(__file__).parent
    for item in items:
        if (
            item.path.is_relative_to(here)
            and item.path.relative_to(here).parts[0] in WITH_REAL_PROCESSES
            and item.get_closest_marker("timeout") is None
        ):
            item.add_marker(pytest.mark.timeout(PROCESSES_LIMIT_S))


@pytest.fixture(autouse=True)
def no_blocking_call() -> Iterator[None]:
    """A blocking call on the event loop fails the test (where blockbuster is installed)."""
    if find_spec("blockbuster") is None:
        yield
        return
    from blockbuster import BlockBuster

    guard = BlockBuster("sheetfed")
    guard.activate()
    try:
        yield
    finally:
        guard.deactivate()


def _descriptors() -> dict[str, str]:
    found = {}
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found[entry.name] = str(entry.readlink())
        except FileNotFoundError:
            continue
    return found


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No child process and no descriptor survives a test."""
    children, descriptors = _children(), _descriptors()
    waiting = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - waiting:
        if "waitpid-" in thread.name:
            thread.join(5)
    assert _children() <= children, "a child process was left behind"
    left = {
        number: target
        for number, target in _descriptors().items()
        if descriptors.get(number) != target and not target.startswith(("anon_inode", "/dev/"))
    }
    assert not left, f"descriptors were left open: {left}"


@pytest.fixture(autouse=True)
async def no_task_left() -> AsyncIterator[None]:
    """No task of the test's loop survives it."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"tasks were left running: {left}"


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The service manager, as far as it hears what the daemon says of itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield receiver
