"""One set of certificates for all tests, and copies of it: ten keys take a second."""

import shutil
from pathlib import Path

import pytest

from fakes.certificates import made
from sheetfed.certificates import machine
from sheetfed.certificates.machine import Machine


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """To be looked at."""
    return made(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def copied(here: Machine, tmp_path: Path) -> Machine:
    """To be changed."""
    folder = tmp_path / "copied"
    shutil.copytree(here.authority_path.parent, folder)
    return machine.read(folder)
