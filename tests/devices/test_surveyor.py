"""Surveyor: a child that talks without end, fails or lists nonsense costs only its own backend."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sheetfed.devices import wire

PROGRAM = """
import os, socket, sys, time
from sheetfed.devices.surveyor import Surveyor

def list_devices():
    match os.environ["SANE_CONFIG_DIR"]:
        case "noise":
            os.write(2, b"noise\\n" * 1_000_000)
        case "long":
            return [("x" * 1000, "", "", "")] * 10_000
        case "error":
            raise RuntimeError("Out of memory")
        case "garbage":
            os.write(3, b"garbage")
            os._exit(0)
        case "fds":
            return [tuple(sorted(os.listdir("/proc/self/fd"))[:4])]
        case "hang":
            time.sleep(60)
    return [("desk", "Noname", "tester", "scanner")]

Surveyor(channel=socket.socket(fileno=int(sys.argv[1])), list_devices=list_devices).run()
"""
DESK = {"devices": [["desk", "Noname", "tester", "scanner"]]}


def survey(*names: str, limit_s: float = 5) -> dict[str, dict[str, Any]]:
    """The outcome by backend; each has its own name for its configuration."""
    ours, theirs = socket.socketpair()
    with ours, start(theirs):
        ask(ours, names, limit_s)
        decoder = wire.Decoder()
        found = {}
        while data := ours.recv(65536):
            for message in decoder.feed(data):
                found[message.pop("backend")] = message
    return found


def start(channel: socket.socket) -> subprocess.Popen[bytes]:
    paths = (str(Path(wire.__file__).parents[2]), os.environ.get("PYTHONPATH", ""))
    with channel:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(channel.fileno())],
            pass_fds=(channel.fileno(),),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )


def ask(channel: socket.socket, names: Sequence[str], limit_s: float) -> None:
    channel.settimeout(15)
    questions = [{"backend": name, "config_dir": name} for name in names]
    channel.sendall(wire.encode({"questions": questions, "limit_s": limit_s}))


def test_each_backend_is_asked_with_its_own_configuration() -> None:
    found = survey("plain", "error", "garbage")
    assert found == {
        "plain": {"words": "", "report": DESK},
        "error": {"words": "", "report": {"error": "Out of memory"}},
        "garbage": {"words": "", "exit": 0},
    }


def test_words_without_end_are_cut_and_do_not_stop_the_report() -> None:
    found = survey("noise", "plain")
    assert found["noise"]["report"] == DESK
    assert 0 < len(found["noise"]["words"]) <= 16 * 1024


def test_a_list_without_end_is_not_taken() -> None:
    found = survey("long", "plain")
    assert found["long"]["excess"] is True
    assert found["plain"]["report"] == DESK


def test_a_child_has_no_descriptor_but_its_own() -> None:
    [device] = survey("fds")["fds"]["report"]["devices"]
    assert device == ["0", "1", "2", "3"]


def test_more_backends_than_are_asked_at_once_are_all_asked() -> None:
    names = [f"plain{number}" for number in range(30)]
    assert all(told["report"] == DESK for told in survey(*names).values())


def test_a_backend_that_hangs_takes_one_place_until_its_time_is_up() -> None:
    names = ["hang", *(f"plain{number}" for number in range(10))]
    found = survey(*names, limit_s=0.5)
    assert list(found)[-1] == "hang"
    assert found["hang"] == {"words": "", "late": 0.5}


def test_it_ends_with_its_daemon() -> None:
    ours, theirs = socket.socketpair()
    with start(theirs) as process:
        with ours:
            ask(ours, ["plain", "hang"], 50)
            assert json.loads(ours.recv(65536)[wire.LENGTH_BYTES :])["backend"] == "plain"
        assert process.wait(5) == 0


def test_a_daemon_that_asks_nothing_is_left_alone() -> None:
    ours, theirs = socket.socketpair()
    with start(theirs) as process:
        ours.close()
        assert process.wait(10) == 0


def test_an_order_that_comes_with_the_questions_is_obeyed() -> None:
    ours, theirs = socket.socketpair()
    questions = [{"backend": name, "config_dir": name} for name in ("plain", "left")]
    asked = wire.encode({"questions": questions, "limit_s": 5})
    ours.settimeout(15)
    ours.sendall(asked + wire.encode({"skip": "left"}))
    with ours, start(theirs):
        decoder, found = wire.Decoder(), []
        while data := ours.recv(65536):
            found += decoder.feed(data)
    assert {"backend": "left", "words": "", "skipped": True} in found
    assert {"backend": "plain", "words": "", "report": DESK} in found


def test_when_all_is_left_out_it_ends() -> None:
    ours, theirs = socket.socketpair()
    questions = [{"backend": "plain", "config_dir": "plain"}]
    ours.sendall(
        wire.encode({"questions": questions, "limit_s": 5}) + wire.encode({"skip": "plain"})
    )
    with ours, start(theirs) as process:
        assert process.wait(10) == 0
