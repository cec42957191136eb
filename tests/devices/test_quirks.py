"""Quirks: the most specific entry counts, the administrator's files extend ours."""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.dialects import SCANNER, entries, entry, spoken
from sheetfed.core.model import Mode, PaperSource
from sheetfed.devices.dialect import Dialect, Role, Scale, Switch
from sheetfed.devices.quirks import Quirks, backend_of, dialect
from sheetfed.devices.words import Row


def fed_from(*texts: str) -> PaperSource:
    return spoken(*texts, shipped=False).fed_from


GENERAL = entry("fed_from = 'feeder-duplex'")
OF_BACKEND = entry("fed_from = 'feeder'", backend="acme")
OF_VENDOR = entry("fed_from = 'flatbed'", backend="acme", vendor="acme")
OF_MODEL = entry("fed_from = 'feeder-duplex'", backend="acme", vendor="acme", model="s")


@pytest.mark.parametrize(
    ("texts", "source"),
    [
        ((GENERAL,), PaperSource.FEEDER_DUPLEX),
        ((GENERAL, OF_BACKEND), PaperSource.FEEDER),
        ((GENERAL, OF_BACKEND, OF_VENDOR), PaperSource.FLATBED),
        ((GENERAL, OF_BACKEND, OF_VENDOR, OF_MODEL), PaperSource.FEEDER_DUPLEX),
    ],
)
def test_the_more_specific_entry_counts_in_whatever_order_they_are(
    texts: Sequence[str], source: PaperSource
) -> None:
    assert fed_from(*texts) is source
    assert fed_from(*reversed(texts)) is source


def test_of_two_alike_the_later_counts() -> None:
    assert fed_from(entry("fed_from = 'feeder'"), entry("fed_from = 'flatbed'")) is (
        PaperSource.FLATBED
    )


def test_of_two_alike_the_administrators_counts() -> None:
    ours, theirs = entries(entry("fed_from = 'flatbed'")), entries(entry("fed_from = 'feeder'"))
    assert dialect(ours, theirs, SCANNER).fed_from is PaperSource.FEEDER
    more_specific = entries(OF_VENDOR)
    assert dialect(more_specific, theirs, SCANNER).fed_from is PaperSource.FLATBED


@pytest.mark.parametrize(
    ("matches", "is_meant"),
    [
        ({"backend": "ac*"}, True),
        ({"backend": "ACME"}, True),
        ({"vendor": "[ab]cm?"}, True),
        ({"model": "S*", "type": "flat*"}, True),
        ({"backend": "acm"}, False),
        ({"backend": "acme", "model": "T*"}, False),
        ({"type": "*sheetfed*"}, False),
    ],
)
def test_patterns_are_a_shells_and_case_does_not_matter(
    matches: dict[str, str], is_meant: bool
) -> None:
    found = fed_from(entry("fed_from = 'feeder'", **matches))
    assert found is (PaperSource.FEEDER if is_meant else PaperSource.FLATBED)


def test_one_of_several_patterns_is_enough() -> None:
    text = "[[quirk]]\nreason = 'r'\nbackend = ['other', 'acme']\nfed_from = 'feeder'"
    assert fed_from(text) is PaperSource.FEEDER


def test_a_pattern_for_everything_is_none() -> None:
    assert fed_from(OF_BACKEND, entry("fed_from = 'flatbed'", model="*")) is PaperSource.FEEDER


@pytest.mark.parametrize(
    ("device", "backend"),
    [
        ("fujitsu:fi-7160:1", "fujitsu"),
        ("airscan:e0:Some", "airscan"),
        ("net:localhost:test:0", "test"),
        ("net:[::1]:epson2:libusb:001:002", "epson2"),
        ("net:strange", ""),
    ],
)
def test_a_scanner_of_another_machine_speaks_as_its_own_backend(device: str, backend: str) -> None:
    assert backend_of(replace(SCANNER, device=device)) == backend


def test_what_an_entry_says_is_put_before_what_others_say() -> None:
    found = spoken(
        entry(
            "sources = [['glas', 'flatbed'], ['tray', 'feeder']]\n"
            "names = { brightness = ['light', 'lamp'] }\n"
            "duplex_switches = [{ option = 'general', on = 1, off = 0 }]\n"
            "first = { a = 1, b = 2 }\n"
            "with_source = { feeder = { c = 1, d = 2 } }"
        ),
        entry(
            "sources = [['tray', 'none']]\n"
            "names = { brightness = ['lamp'] }\n"
            "duplex_switches = [{ option = 'special', on = true, off = false }]\n"
            "first = { b = 3 }\n"
            "with_source = { feeder = { d = 4 }, flatbed = { e = 5 } }",
            backend="acme",
        ),
        shipped=False,
    )
    assert found.sources == (
        Row("tray", None),
        Row("glas", PaperSource.FLATBED),
        Row("tray", PaperSource.FEEDER),
    )
    assert found.names == {Role.BRIGHTNESS: ("lamp", "light")}
    assert found.duplex_switches == (Switch("special", True, False), Switch("general", 1, 0))
    assert found.first == {"a": 1, "b": 3}
    assert found.with_source == {
        PaperSource.FEEDER: {"c": 1, "d": 4},
        PaperSource.FLATBED: {"e": 5},
    }


def test_an_entry_can_say_everything() -> None:
    found = spoken(
        entry(
            "modes = [['Deep-Colour!', 'color', 16]]\n"
            "feeder_switches = [{ option = 'adf', on = true, off = false }]\n"
            "mode_options = { gray = { gray = true } }\n"
            "never = { depth = true, mode = false }\n"
            "paper = ['w', 'h']\n"
            "usual_ratio = 1.5\n"
            "pixel_dpi = 600\n"
            "scales = { brightness = [255, 128, 0] }"
        ),
        shipped=False,
    )
    assert found == Dialect(
        sources=(),
        modes=(Row("deep colour", Mode.COLOR, 16),),
        names={},
        fed_from=PaperSource.FLATBED,
        feeder_switches=(Switch("adf", True, False),),
        duplex_switches=(),
        mode_options={Mode.GRAY: {"gray": True}},
        first={},
        with_source={},
        never=frozenset({"depth"}),
        paper=("w", "h"),
        usual_ratio=1.5,
        pixel_dpi=600,
        scales={Role.BRIGHTNESS: Scale(255, 128, 0)},
    )


def test_the_administrator_can_take_back_what_we_say() -> None:
    assert spoken(device="fujitsu:fi-7160:1").paper == ("page-width", "page-height")
    assert spoken(entry("paper = []", backend="fujitsu"), device="fujitsu:fi-7160:1").paper is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "quirks.d"
    folder.mkdir()
    return folder


async def test_without_a_folder_ours_alone_are_read(tmp_path: Path) -> None:
    assert await Quirks().dialect(SCANNER) == spoken()
    assert await Quirks(quirks_dir=tmp_path / "missing").dialect(SCANNER) == spoken()


async def test_the_administrators_files_are_read_in_the_order_of_their_names(folder: Path) -> None:
    (folder / "20.toml").write_text(entry("fed_from = 'feeder'"))
    (folder / "10.toml").write_text(entry("fed_from = 'feeder-duplex'"))
    (folder / "30.toml.old").write_text(entry("fed_from = 'flatbed'"))
    assert (await Quirks(quirks_dir=folder).dialect(SCANNER)).fed_from is PaperSource.FEEDER


async def test_a_file_that_comes_changes_or_goes_is_noticed(folder: Path) -> None:
    quirks = Quirks(quirks_dir=folder)
    file = folder / "mine.toml"
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FLATBED
    file.write_text(entry("fed_from = 'feeder'"))
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FEEDER
    file.write_text(entry("fed_from = 'feeder-duplex'"))
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FEEDER_DUPLEX
    file.unlink()
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FLATBED


async def test_a_broken_file_is_one_warning_and_the_others_serve(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "broken.toml").write_text("[[quirk]]\nreason = \n")
    (folder / "good.toml").write_text(entry("fed_from = 'feeder'"))
    quirks = Quirks(quirks_dir=folder)
    with caplog.at_level(logging.WARNING):
        assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FEEDER
        await quirks.dialect(SCANNER)
    assert [record.getMessage() for record in caplog.records] == [
        f"quirks: {folder}/broken.toml: Invalid value (at line 2, column 10)"
    ]


async def test_a_file_that_cannot_be_read_is_one_warning(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "latin.toml").write_bytes(b"# \xe9")
    (folder / "folder.toml").mkdir()
    (folder / "gone.toml").symlink_to(folder / "nowhere")
    quirks = Quirks(quirks_dir=folder)
    assert await quirks.dialect(SCANNER) == await quirks.dialect(SCANNER) == spoken()
    assert [record.getMessage() for record in caplog.records] == [
        f"quirks: {folder}/folder.toml: cannot be read: Is a directory",
        f"quirks: {folder}/gone.toml: cannot be read: No such file or directory",
        f"quirks: {folder}/latin.toml: byte 2 is not UTF-8",
    ]


async def test_a_folder_that_cannot_be_read_is_one_warning_until_it_can(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")
    quirks = Quirks(quirks_dir=folder)
    assert await quirks.dialect(SCANNER) == await quirks.dialect(SCANNER) == spoken()
    assert [record.getMessage() for record in caplog.records] == [
        f"quirks: {folder}: Not a directory"
    ]
    folder.unlink()
    folder.mkdir()
    (folder / "mine.toml").write_text(entry("fed_from = 'feeder'"))
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FEEDER


async def test_another_folder_of_the_administrators_holds_from_a_reload_on(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "own.toml").write_text(entry("fed_from = 'feeder'"))
    quirks = Quirks(quirks_dir=tmp_path / "missing")
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FLATBED
    quirks.change(folder)
    assert (await quirks.dialect(SCANNER)).fed_from is PaperSource.FEEDER
