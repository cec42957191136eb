"""Words: drivers' names for sources and modes are understood."""

import pytest

from fakes.dialects import SHIPPED, spoken
from sheetfed.core.model import Mode, PaperSource
from sheetfed.devices import words
from sheetfed.devices.words import Row

DIALECT = spoken()


@pytest.mark.parametrize(
    ("word", "source"),
    [
        ("Flatbed", PaperSource.FLATBED),
        ("FlatBed", PaperSource.FLATBED),
        ("FB", PaperSource.FLATBED),
        ("Normal", PaperSource.FLATBED),
        ("Document Table", PaperSource.FLATBED),
        ("Reflective", PaperSource.FLATBED),
        ("ADF", PaperSource.FEEDER),
        ("ADF Front", PaperSource.FEEDER),
        ("ADF Simplex", PaperSource.FEEDER),
        ("Automatic Document Feeder", PaperSource.FEEDER),
        ("Automatic Document Feeder(left aligned)", PaperSource.FEEDER),
        ("utomatic Document Feeder(centrally aligned)", PaperSource.FEEDER),
        ("Automatic Document Feeder(left aligned,Duplex)", PaperSource.FEEDER_DUPLEX),
        ("ADF Duplex", PaperSource.FEEDER_DUPLEX),
        ("ADF Duplex - Long-Edge Binding", PaperSource.FEEDER_DUPLEX),
        ("ADF - Both sides", PaperSource.FEEDER_DUPLEX),
        ("2-sided (Long Edge)", PaperSource.FEEDER_DUPLEX),
        ("DP", PaperSource.FEEDER_DUPLEX),
        ("ADF Back", None),
        ("ADF Rear", None),
        ("Card Duplex", None),
        ("Transparency Unit", None),
        ("TPU8x10", None),
        ("TMA Negatives", None),
        ("Unheard of", None),
        ("", None),
    ],
)
def test_a_drivers_source_is_one_of_ours(word: str, source: PaperSource | None) -> None:
    assert words.meaning(DIALECT.sources, word) is source


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("Color", Mode.COLOR),
        ("24bit Color", Mode.COLOR),
        ("24bit Color[Fast]", Mode.COLOR),
        ("Color - 16 Million Colors", Mode.COLOR),
        ("Gray", Mode.GRAY),
        ("True Gray", Mode.GRAY),
        ("Grayscale - 256 Levels", Mode.GRAY),
        ("Lineart", Mode.BW),
        ("Black & White", Mode.BW),
        ("Black and White - Line Art", Mode.BW),
        ("Gray[Error Diffusion]", Mode.BW),
        ("Schwarzweiß", Mode.BW),
        ("Color Lineart", None),
        ("Infrared", None),
    ],
)
def test_a_drivers_mode_is_one_of_ours(word: str, mode: Mode | None) -> None:
    assert words.meaning(DIALECT.modes, word) is mode


def test_the_better_of_two_words_is_taken_and_the_first_of_equals() -> None:
    brother = [
        "Gray[Error Diffusion]",
        "Black & White",
        "True Gray",
        "24bit Color",
        "24bit Color[Fast]",
    ]
    assert words.best(DIALECT.modes, brother) == {
        (Mode.BW, None): "Black & White",
        (Mode.GRAY, None): "True Gray",
        (Mode.COLOR, None): "24bit Color",
    }


def test_words_of_one_meaning_and_different_depths_are_kept_apart() -> None:
    table = (Row("48 bits color", Mode.COLOR, 16), Row("color", Mode.COLOR))
    assert words.best(table, ["Color", "48 bits color", "Infrared"]) == {
        (Mode.COLOR, None): "Color",
        (Mode.COLOR, 16): "48 bits color",
    }


def test_no_phrase_is_hidden_by_one_above_it() -> None:
    for name, quirk in SHIPPED:
        tables: tuple[tuple[Row[PaperSource] | Row[Mode], ...], ...] = (quirk.sources, quirk.modes)
        for table in tables:
            for row in table:
                assert words.row(table, row.phrase) is row, f"{name}: {row.phrase}"
