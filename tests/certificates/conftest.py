"""One set of certificates for all tests of a file: ten keys take a second."""

import pytest

from fakes.certificates import made
from sheetfed.certificates.machine import Machine


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return made(tmp_path_factory.mktemp("certificates"))
