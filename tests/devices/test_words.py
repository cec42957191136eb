"""Words: drivers' names for sources and modes are understood."""

import pytest

from sheetfed.core.model import Mode, PaperSource
from sheetfed.devices import words


@pytest.mark.parametrize(
    ("word", "source"),
    [
        ("Flatbed", PaperSource.FLATBED),
        ("FB", PaperSource.FLATBED),
        ("Normal", PaperSource.FLATBED),
        ("ADF", PaperSource.FEEDER),
        ("ADF Front", PaperSource.FEEDER),
        ("Automatic Document Feeder", PaperSource.FEEDER),
        ("Automatic Document Feeder(left aligned)", PaperSource.FEEDER),
        ("Automatic Document Feeder(left aligned,Duplex)", PaperSource.FEEDER_DUPLEX),
        ("ADF Duplex", PaperSource.FEEDER_DUPLEX),
        ("ADF - Both sides", PaperSource.FEEDER_DUPLEX),
        ("2-sided (Long Edge)", PaperSource.FEEDER_DUPLEX),
        ("DP", PaperSource.FEEDER_DUPLEX),
        ("ADF Back", None),
        ("Transparency Unit", None),
        ("Unheard of", None),
        ("", None),
    ],
)
def test_a_drivers_source_is_one_of_ours(word: str, source: PaperSource | None) -> None:
    assert words.meaning(words.SOURCES, word) is source


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("Color", Mode.COLOR),
        ("24bit Color", Mode.COLOR),
        ("24bit Color[Fast]", Mode.COLOR),
        ("Gray", Mode.GRAY),
        ("True Gray", Mode.GRAY),
        ("Grayscale", Mode.GRAY),
        ("Lineart", Mode.BW),
        ("Black & White", Mode.BW),
        ("Gray[Error Diffusion]", Mode.BW),
        ("Color Lineart", None),
        ("Infrared", None),
    ],
)
def test_a_drivers_mode_is_one_of_ours(word: str, mode: Mode | None) -> None:
    assert words.meaning(words.MODES, word) is mode


def test_the_better_of_two_words_is_taken_and_the_first_of_equals() -> None:
    brother = [
        "Gray[Error Diffusion]",
        "Black & White",
        "True Gray",
        "24bit Color",
        "24bit Color[Fast]",
    ]
    assert words.best(words.MODES, brother) == {
        Mode.BW: "Black & White",
        Mode.GRAY: "True Gray",
        Mode.COLOR: "24bit Color",
    }


def test_phrases_are_written_as_words_are_compared() -> None:
    for table in (words.SOURCES, words.MODES, words.TYPES):
        for phrase, _ in table:
            assert phrase == " ".join(phrase.casefold().split())
            assert all(letter.isalnum() or letter == " " for letter in phrase)
