"""sheetctl report: the bundle as a file."""

import io
import tarfile
from pathlib import Path

import pytest

from fakes.sheetctl import Sheetctl
from sheetfed.bus.report import CONTENTS

pytestmark = pytest.mark.usefixtures("door")


async def test_the_bundle_is_written_whole(sheetctl: Sheetctl, folder: Path) -> None:
    ran = await sheetctl("--json", "report", "-o", "report.tar")
    assert ran.json == {"file": "report.tar"}
    with tarfile.open(folder / "report.tar") as tar:
        assert {Path(name).name for name in tar.getnames()} == {"README", *CONTENTS}


async def test_it_goes_to_standard_output(sheetctl: Sheetctl) -> None:
    ran = await sheetctl("report", "-o", "-")
    with tarfile.open(fileobj=io.BytesIO(ran.out)) as tar:
        assert "sheetfed-report/README" in tar.getnames()
