"""Trees: the scripted driver replays the corpus of real scanners as its description says."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from fakes.corpus import FOLDER, TREES, Tree, TreeDriver
from fakes.daemon import package_folder
from fakes.scripted import Scripted
from sheetfed.core.errors import SettingsRefused

STEPS_APART = 0.1
PROGRAM = """
import json, sys, _sane
from sheetfed.devices import libsane
from sheetfed.devices.optionwork import OptionWork
from sheetfed.devices.statuses import SaneError

def answer(work, body):
    try:
        return work.set(body)
    except SaneError as error:
        return {"refused": error.text}

def replay(name, requests):
    device = _sane._open(name)
    handle = libsane.Handle(extension_path=_sane.__file__, device=device)
    work = OptionWork(device=handle, step=lambda _: None)
    answers = [{"options": work.describe()}] + [answer(work, body) for body in requests]
    device.close()
    return answers

_sane.init()
for line in sys.stdin:
    print(json.dumps(replay(*json.loads(line))), flush=True)
"""


def conversations(tree: Tree) -> list[list[Mapping[str, Any]]]:
    """What is asked of a tree: each scan's sets, then values that lie beyond every constraint."""
    index = {option["name"]: n for n, option in enumerate(tree.options, 1) if "name" in option}
    scans = [
        [{"index": index[name], "value": value} for name, value in scan["set"]]
        for scan in tree.expect["scans"]
    ]
    beyond = []
    for number, option in enumerate(tree.options, 1):
        if option["type"] in ("int", "fixed", "string") and not isinstance(option["value"], list):
            is_text = option["type"] == "string"
            beyond.append({"index": number, "value": "no such word" if is_text else 30000})
    return [*scans, beyond]


async def expected(tree: Tree, requests: list[Mapping[str, Any]]) -> list[Any]:
    driver = TreeDriver(tree)
    answers: list[Any] = [await driver.request("options", deadline_s=1)]
    for body in requests:
        try:
            answers.append(await driver.request("set", body, deadline_s=1))
        except SettingsRefused:
            answers.append({"refused": "INVAL"})
    return answers


def same(left: Any, right: Any) -> bool:
    """Steps of a range are whole SANE words to a driver, and fractions to Python."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, int | float):
        return abs(left - right) < STEPS_APART
    return bool(left == right)


def without_count(answer: Any) -> Any:
    """Python's replay tells the first option too, which is their number."""
    if "options" not in answer:
        return answer
    return {"options": [option for option in answer["options"] if option["index"] > 0]}


@pytest.fixture
def replayed(scripted: Scripted) -> Any:
    trees = [{"name": tree.name, "tree": str(FOLDER / f"{tree.name}.json")} for tree in TREES]
    scripted.write(*trees)
    lines = [
        json.dumps([f"scripted:{tree.name}", requests])
        for tree in TREES
        for requests in conversations(tree)
    ]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="\n".join(lines),
        env={
            **os.environ,
            **scripted.environment,
            "SANE_CONFIG_DIR": str(scripted.folder),
            "PYTHONPATH": package_folder(),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return iter(done.stdout.splitlines())


async def test_the_driver_answers_for_every_tree_as_pythons_replay_does(replayed: Any) -> None:
    for tree in TREES:
        for requests in conversations(tree):
            answers = json.loads(next(replayed))
            for body, answer, wanted in zip(
                [None, *requests], answers, await expected(tree, requests), strict=True
            ):
                assert same(answer, without_count(wanted)), (tree.name, body, answer, wanted)
