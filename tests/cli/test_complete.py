"""Completion: each shell is given commands, options and what there is in the service."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.core import ADMIN, FakeCore
from fakes.devices import Sheet
from fakes.gate import until
from fakes.sheetctl import Sheetctl
from sheetfed.core.errors import PaperJam
from sheetfed.core.job import JobState
from sheetfed.core.model import PaperSource, ScanSettings

ROOT = Path(__file__).parents[2]
PROPOSED = "bash_complete"


async def proposed(sheetctl: Sheetctl, *words: str) -> list[str]:
    """What bash is given for the last of these words."""
    sheetctl._environment |= {
        "_SHEETCTL_COMPLETE": PROPOSED,
        "COMP_WORDS": "\n".join(["sheetctl", *words]),
        "COMP_CWORD": str(len(words)),
    }
    ran = await sheetctl()
    return [line.partition(",")[2] for line in ran.out.decode().splitlines() if line]


async def test_commands_and_options_are_proposed(sheetctl: Sheetctl) -> None:
    assert await proposed(sheetctl, "doc") == ["doctor", "documents"]
    assert await proposed(sheetctl, "scan", "--res") == ["--resolution"]
    assert await proposed(sheetctl, "scan", "--mode", "") == ["color", "gray", "bw"]


@pytest.mark.usefixtures("door")
async def test_scanners_jobs_and_documents_that_there_are_are_proposed(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    core.devices.load(Sheet())
    scanned = await Sheetctl(sheetctl._environment["SHEETCTL_BUS"], folder)("scan")
    document = scanned.out.decode().strip()
    assert await proposed(sheetctl, "documents", "export", "") == [document]
    assert await proposed(sheetctl, "scan", "--append", document[:3]) == [document]
    assert await proposed(sheetctl, "scan", "--device", "h") == ["hall"]


@pytest.mark.usefixtures("door")
async def test_jobs_are_proposed_while_something_can_be_done_about_them(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    core.devices.load(Sheet(), PaperJam(), Sheet())
    job = await core.jobs.start(ADMIN, ScanSettings(paper_source=PaperSource.FEEDER))
    await until(lambda: core.jobs.visible_to(ADMIN)[0].state is JobState.PAUSED)
    assert await proposed(sheetctl, "jobs", "resume", "") == [job.id]
    core.jobs.finish(ADMIN, job.id)
    await core.jobs.settled(ADMIN, job.id)
    assert await proposed(sheetctl, "jobs", "resume", "") == []


async def test_without_the_service_nothing_is_proposed(folder: Path) -> None:
    sheetctl = Sheetctl("unix:path=/nowhere/bus", folder)
    assert await proposed(sheetctl, "documents", "show", "") == []


def _rules() -> Mapping[str, str]:
    """What the package's build runs to make each file."""
    rules = (ROOT / "debian" / "rules").read_text("utf-8")
    lines = [line.strip() for line in rules.splitlines() if "_SHEETCTL_COMPLETE=" in line]
    return {line.partition("=")[2].split("=")[1].split("_source")[0]: line for line in lines}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_package_has_a_file_for_each_shell(shell: str, tmp_path: Path) -> None:
    command = _rules()[shell].partition(" >")[0]
    made = subprocess.run(
        command.replace("python3", sys.executable),
        shell=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
    )
    assert f"_SHEETCTL_COMPLETE={shell}_complete" in made.stdout
    (tmp_path / "file").write_text(made.stdout)
    if shutil.which(shell) is not None:
        subprocess.run([shell, "-n", tmp_path / "file"], timeout=15, check=True)


def test_bash_fills_in_what_is_proposed(tmp_path: Path) -> None:
    """As a person sees it: the function is called as bash would."""
    program = tmp_path / "sheetctl"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sheetfed.cli.main "$@"\n')
    program.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "daemon"),
        "LANG": "C.UTF-8",
    }
    script = """
        source <(_SHEETCTL_COMPLETE=bash_source sheetctl)
        COMP_WORDS=(sheetctl stor) COMP_CWORD=1
        _sheetctl_completion sheetctl
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    ran = subprocess.run(
        ["bash", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
    )
    assert ran.stdout == "store\n"
