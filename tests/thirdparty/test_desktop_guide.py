"""docs/desktop-developers.md: its programs are run as they stand there, against the daemon."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.bus import private_bus
from fakes.daemon import running_daemon
from sheetfed.bus import contract
from sheetfed.share import contract_folder

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "desktop-developers.md").read_text("utf-8")

pytestmark = pytest.mark.timeout(60)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """Of a desktop on whose system bus the daemon is, with SANE's virtual scanners."""
    with private_bus(tmp_path) as bus:
        async with running_daemon(tmp_path, bus=bus.address):
            sheetctl = tmp_path / "sheetctl"
            sheetctl.write_text(f'#!/bin/sh\nexec {sys.executable} -m sheetfed.cli.main "$@"\n')
            sheetctl.chmod(0o755)
            yield {
                "DBUS_SYSTEM_BUS_ADDRESS": bus.address,
                "PATH": f"{tmp_path}:/usr/bin:/bin",
                "PYTHONPATH": str(ROOT / "daemon"),
                "LANG": "C.UTF-8",
            }


async def run(*words: str | Path, folder: Path, environment: dict[str, str]) -> str:
    ran = await asyncio.to_thread(
        subprocess.run,
        words,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


async def test_the_python_program_scans(environment: dict[str, str], tmp_path: Path) -> None:
    (program,) = blocks("python")
    said = await run(
        "/usr/bin/python3", "-I", "-c", program, folder=tmp_path, environment=environment
    )
    assert said.endswith("10 pages in letter.pdf\n")
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


async def test_the_c_program_compiles_as_it_says_and_scans(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (program,) = blocks("c")
    (tmp_path / "scan.c").write_text(program)
    (command,) = re.findall(r"`(cc scan\.c .*?)`", TEXT)
    compiled = f"{command} -Wall -Wextra -Wno-unused-parameter -Werror"
    await run("sh", "-c", compiled, folder=tmp_path, environment=environment)
    await run(tmp_path / "scan", folder=tmp_path, environment=environment)
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("number", "file"), [(0, "letter.pdf"), (1, "page.png")])
async def test_the_shells_lines_scan(
    number: int, file: str, environment: dict[str, str], tmp_path: Path
) -> None:
    script = blocks("sh")[number]
    await run("sh", "-euc", script, folder=tmp_path, environment=environment)
    assert (tmp_path / file).stat().st_size > 1000


def test_every_member_that_it_names_is_in_the_contract() -> None:
    interfaces = contract.load(contract_folder())
    members = {
        member
        for interface in interfaces.values()
        for member in (*interface.methods, *interface.properties, *interface.signals)
    }
    standard = {"GetManagedObjects", "InterfacesAdded", "InterfacesRemoved", "NameOwnerChanged"}
    words = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`", TEXT))
    others = {"ObjectManager", "Task", "Origin", "Document"}
    assert words - members - standard - others == set()


def test_every_path_it_names_is_one_of_ours() -> None:
    kinds = set(re.findall(r"`/org/sheetfed1/(\w+)/ID`", TEXT))
    assert kinds == {"scanner", "job", "document", "origin", "task"}


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([\w.-]+)\)", TEXT):
        assert (ROOT / "docs" / target).is_file(), target
