"""One daemon for all attacks of a file: none of them may do it any harm."""

from collections.abc import Iterator

import pytest

from fakes.attacked import Target, attacked


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("target")) as target:
        yield target


@pytest.fixture(autouse=True)
def unharmed(target: Target) -> Iterator[None]:
    """After every attack it is the same daemon, it answers, and it complains of nothing of its
    own."""
    yield
    assert target.result("VersionInfo")[1:] == ["", "64"]
    log = target.log()
    assert "Traceback" not in log, log
