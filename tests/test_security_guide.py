"""SECURITY.md names the test of each attack, and no attack that is tested is missing."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
SUITE = CHECKOUT / "tests" / "security"
TEXT = (CHECKOUT / "SECURITY.md").read_text()


def defined_in(file: Path) -> set[str]:
    return set(re.findall(r"^(?:async )?def (test_\w+)\(", file.read_text(), re.MULTILINE))


def named() -> set[tuple[Path, str]]:
    """The tests that the threat model names, those of the suite without its folder."""
    found = re.findall(r"`(tests/[\w/]+\.py|test_\w+\.py)::(test_\w+)`", TEXT)
    return {((CHECKOUT if "/" in file else SUITE) / file, test) for file, test in found}


def test_every_test_that_is_named_is_there() -> None:
    missing = {(file.name, test) for file, test in named() if test not in defined_in(file)}
    assert len(named()) > 50
    assert missing == set()


def test_every_attack_that_is_tested_is_in_the_threat_model() -> None:
    suite = {(file, test) for file in SUITE.glob("test_*.py") for test in defined_in(file)}
    assert {(file.name, test) for file, test in suite - named()} == set()


def test_every_file_and_folder_that_is_named_is_there() -> None:
    for path in re.findall(r"`(tests/[\w/.]+?)(?:::\w+)?`", TEXT):
        assert (CHECKOUT / path).exists(), path
