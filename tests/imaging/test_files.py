"""Files: whole under their name, or not there."""

from contextlib import suppress
from pathlib import Path

from sheetfed.imaging.files import part, written


def test_a_file_has_its_name_only_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "master"
    with written(path) as file:
        file.write(b"pixels")
        assert list(tmp_path.iterdir()) == [part(path)]
    assert path.read_bytes() == b"pixels"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_a_file_that_cannot_be_finished_nothing_is_left_and_the_one_before_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "master"
    path.write_bytes(b"before")
    with suppress(ValueError), written(path) as file:
        file.write(b"half")
        raise ValueError
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"before"
