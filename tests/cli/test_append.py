"""sheetctl scan --append: another stack behind one that is stored."""

from pathlib import Path

import pytest

from fakes.core import FakeCore
from fakes.devices import Sheet
from fakes.sheetctl import Sheetctl

pytestmark = pytest.mark.usefixtures("door")
FEEDER = ("--paper-source", "feeder")


async def test_another_stack_goes_behind_the_first_and_the_file_gets_both(
    sheetctl: Sheetctl, core: FakeCore, folder: Path
) -> None:
    core.devices.load(Sheet(), Sheet())
    first = (await sheetctl("--json", "scan", "-o", "page.png", *FEEDER)).json
    core.devices.load(Sheet())
    ran = await sheetctl("scan", "-o", "all.png", "--append", first["document"], *FEEDER)
    assert (ran.code, ran.err) == (0, "1 more page in all-001.png to all-003.png\n")
    assert sorted(file.name for file in folder.iterdir())[:3] == [
        "all-001.png",
        "all-002.png",
        "all-003.png",
    ]


async def test_a_stack_cannot_go_behind_a_document_that_is_not_there(
    sheetctl: Sheetctl, core: FakeCore
) -> None:
    ran = await sheetctl("scan", "-o", "out.pdf", "--append", "d0")
    assert ran.code == 10
    assert not core.devices.settings
