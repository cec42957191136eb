"""A configuration file with drop-ins in a test's folder."""

from pathlib import Path

import pytest

from sheetfed.config import ConfigError, load


def written(file: Path, content: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, "utf-8")
    return file


def drop_in(file: Path, name: str, content: str) -> Path:
    return written(file.parent / "conf.d" / name, content)


def problems(file: Path, content: str) -> list[str]:
    """Every problem of this content, the file's folder left out."""
    with pytest.raises(ConfigError) as caught:
        load(written(file, content))
    return [str(problem).replace(f"{file.parent}/", "") for problem in caught.value.problems]


def problem(file: Path, content: str) -> str:
    (only,) = problems(file, content)
    return only
