"""Backends: dll.conf and dll.d are read as libsane reads them."""

from pathlib import Path

import pytest

from sheetfed.devices import backends
from sheetfed.devices.configdir import ConfigDirs


def folder(path: Path, dll_conf: str | None, **extra: str) -> Path:
    path.mkdir()
    if dll_conf is not None:
        (path / "dll.conf").write_text(dll_conf)
    if extra:
        (path / "dll.d").mkdir()
    for name, text in extra.items():
        (path / "dll.d" / name).write_text(text)
    return path


def test_a_backend_is_a_line_and_what_follows_a_hash_is_none(tmp_path: Path) -> None:
    text = '# all of ours\nnet\n\n  epson2  # of 2003\npixma#too\n"hp 3900" x\n"open\n#escl\n'
    here = folder(tmp_path / "a", text)
    assert backends.configured(str(here)) == ("net", "epson2", "pixma", "hp 3900")


def test_the_files_of_dll_d_come_after_dll_conf_and_a_name_counts_once(tmp_path: Path) -> None:
    here = folder(tmp_path / "a", "net\ntest\n", hplip="hpaio\n", airscan="airscan\nnet\n")
    assert backends.configured(str(here)) == ("net", "test", "airscan", "hpaio")


@pytest.mark.parametrize("name", [".hidden", "backup~", "emacs#"])
def test_files_that_are_no_configuration_are_left_alone(tmp_path: Path, name: str) -> None:
    here = folder(tmp_path / "a", "test\n", **{name: "airscan\n"})
    assert backends.configured(str(here)) == ("test",)


def test_the_first_dll_conf_and_the_first_dll_d_on_the_path_count(tmp_path: Path) -> None:
    first = folder(tmp_path / "a", None, extra="one\n")
    second = folder(tmp_path / "b", "two\n", extra="three\n")
    third = folder(tmp_path / "c", "four\n")
    path = f"{tmp_path / 'missing'}:{first}:{second}:{third}"
    assert backends.configured(path) == ("two", "one")


def test_a_dll_conf_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    here = folder(tmp_path / "a", None, extra="one\n")
    (here / "dll.conf").symlink_to("/proc/self/mem")
    with pytest.raises(OSError, match="Input/output error"):
        backends.configured(str(here))


def test_a_file_of_dll_d_that_cannot_be_read_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = folder(tmp_path / "a", "net\n", last="test\n")
    (here / "dll.d" / "first").symlink_to("/proc/self/mem")
    assert backends.configured(str(here)) == ("net", "test")
    assert "dll.d/first cannot be read" in caplog.text


def test_a_name_that_is_a_path_is_no_backend(tmp_path: Path) -> None:
    here = folder(tmp_path / "a", "../../etc\n..\ntest\n")
    assert backends.configured(str(here)) == ("test",)


def test_without_any_configuration_there_is_no_backend(tmp_path: Path) -> None:
    assert backends.configured(str(tmp_path)) == ()


def test_a_path_with_a_colon_at_its_end_has_the_default_added() -> None:
    assert backends.search_path("/srv/sane:") == "/srv/sane:/etc/sane.d"
    assert backends.search_path("/srv/sane") == "/srv/sane"
    assert backends.search_path(None) == backends.search_path("") == "/etc/sane.d"


def test_backends_that_look_on_the_network_are_known() -> None:
    assert all(map(backends.looks_on_network, ("airscan", "net", "brother4", "pixma")))
    assert not any(map(backends.looks_on_network, ("genesys", "test", "fujitsu")))


def test_a_folder_of_ours_names_one_backend_before_the_search_path(tmp_path: Path) -> None:
    original = folder(tmp_path / "a", "net\ntest\n", airscan="airscan\n")
    dirs = ConfigDirs(search_path=str(original))
    path = dirs.of("net")
    assert path.endswith(f":{original}")
    assert backends.configured(path) == ("net",)
    dirs.remove()
    assert backends.configured(path) == ("net", "test", "airscan")


def test_a_folder_that_was_swept_away_is_made_anew(tmp_path: Path) -> None:
    dirs = ConfigDirs(search_path=str(tmp_path))
    config = Path(dirs.of("net").partition(":")[0]) / "dll.conf"
    config.unlink()
    dirs.of("net")
    assert config.read_text() == "net\n"
    dirs.remove()
    assert not config.parents[1].exists()
