"""Worker: what it does before it can be asked, and a device that it refuses to drive."""

import os
import subprocess
import sys

from fakes.daemon import package_folder
from sheetfed.devices.driver import VIRTUAL_CONFIG_DIR

WARMING = """
from sheetfed.devices import libsane

def is_mapped():
    with open("/proc/self/maps") as maps:
        return any("libgcc_s" in line for line in maps)

print(is_mapped())
libsane.warm_unwinder()
print(is_mapped())
"""
STARTING = """
import sys
from sheetfed.devices import libsane, worker

def receive(fd):
    print("can be asked through", fd)
    sys.exit()

libsane.warm_unwinder = lambda: print("has warmed the unwinder")
worker.receive_channel = receive
sys.argv[1:] = ["7"]
worker.main()
"""
OPENING = """
import socket
from dataclasses import replace
from sheetfed.devices import libsane
from sheetfed.devices.control import Control, Request
from sheetfed.devices.worker import Worker

class Other(libsane.Handle):
    def parameters(self):
        return replace(super().parameters(), pixels_per_line=super().parameters().lines + 7)

def answers():
    worker = Worker(control=Control(channel=socket.socket(), on_gone=lambda: None))
    for command in ("open", "options", "close"):
        answer = worker._answer(Request(1, command, {"device": "test:0"}, None))
        print(command, "is refused" if "error" in answer else "is done")

answers()
libsane.Handle = Other
answers()
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "PYTHONPATH": package_folder(),
            "SANE_CONFIG_DIR": str(VIRTUAL_CONFIG_DIR),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=15,
    )


def test_warming_the_unwinder_maps_what_it_would_load_in_mid_scan() -> None:
    assert run(WARMING).stdout.split() == ["False", "True"]


def test_the_unwinder_is_warm_before_anything_can_be_asked() -> None:
    assert run(STARTING).stdout.splitlines() == [
        "has warmed the unwinder",
        "can be asked through 7",
    ]


def test_a_device_that_python_sane_and_ctypes_see_differently_is_refused() -> None:
    done = run(OPENING)
    assert done.stdout.splitlines() == [
        "open is done",
        "options is refused",
        "close is done",
        "open is refused",
        "options is refused",
        "close is done",
    ]
    assert "python-sane and ctypes see different devices" in done.stderr
