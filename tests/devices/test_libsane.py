"""Libsane: a driver's descriptor is taken as it is, also where it makes no sense."""

import ctypes
from typing import Any

import pytest

from sheetfed.devices import libsane
from sheetfed.devices.libsane import Descriptor, Handle

NONE, RANGE, WORD_LIST, STRING_LIST = range(4)


class Descriptors(Handle):
    """A handle of a driver that has one descriptor, and then no more."""

    def __init__(self, raw: libsane._Descriptor) -> None:
        self._handle = None
        self._get_descriptor = lambda _, index: (
            ctypes.pointer(raw) if index == 0 else ctypes.POINTER(libsane._Descriptor)()
        )


def described(kind: int, **constraint: Any) -> Descriptor:
    raw = libsane._Descriptor(
        name=b"it",
        type=1,
        size=4,
        constraint_type=kind,
        constraint=libsane._Constraint(**constraint),
    )
    found = Descriptors(raw).descriptor(0)
    assert found is not None
    return found


def words(*numbers: int) -> Any:
    return ctypes.cast((ctypes.c_int * len(numbers))(*numbers), ctypes.POINTER(ctypes.c_int))


def texts(*entries: bytes | None) -> Any:
    array = (ctypes.c_char_p * len(entries))(*entries)
    return ctypes.cast(array, ctypes.POINTER(ctypes.c_char_p))


def test_a_descriptor_is_taken_with_all_it_says() -> None:
    raw = libsane._Descriptor(
        name=b"it", title=b"It", desc=b"That", type=3, unit=6, size=9, cap=127
    )
    assert Descriptors(raw).descriptor(0) == Descriptor(
        index=0, name=b"it", title=b"It", desc=b"That", type=3, unit=6, size=9, cap=127
    )


def test_texts_that_are_not_there_are_none() -> None:
    found = Descriptors(libsane._Descriptor(type=-7, unit=99, size=-1)).descriptor(0)
    assert found == Descriptor(
        index=0, name=None, title=None, desc=None, type=-7, unit=99, size=-1, cap=0
    )


def test_after_the_last_there_is_none() -> None:
    assert Descriptors(libsane._Descriptor()).descriptor(1) is None


def test_a_range_has_three_numbers() -> None:
    limits = ctypes.pointer(libsane._Range(min=1, max=1200, quant=2))
    assert described(RANGE, range=limits).range == (1, 1200, 2)


def test_a_word_list_begins_with_its_length() -> None:
    assert described(WORD_LIST, word_list=words(3, 1, 8, 16, 99)).words == (1, 8, 16)


def test_a_string_list_ends_with_a_null_and_may_hold_empty_words() -> None:
    listed = described(STRING_LIST, string_list=texts(b"Gray", b"", b"Color", None, b"no"))
    assert listed.texts == (b"Gray", b"", b"Color")


def test_lists_are_bounded() -> None:
    many = 10_001
    assert len(described(WORD_LIST, word_list=words(many, *[1] * many)).words or ()) == 10_000
    assert (
        len(described(STRING_LIST, string_list=texts(*[b"a"] * many, None)).texts or ()) == 10_000
    )


@pytest.mark.parametrize(
    "constraint",
    [
        {"kind": RANGE},
        {"kind": WORD_LIST},
        {"kind": WORD_LIST, "word_list": words(0)},
        {"kind": WORD_LIST, "word_list": words(-5)},
        {"kind": STRING_LIST},
        {"kind": 4},
        {"kind": -1},
    ],
)
def test_a_constraint_that_allows_nothing_is_an_empty_list(constraint: dict[str, Any]) -> None:
    found = described(**constraint)
    assert (found.range, found.words, found.texts) == (None, (), None)
