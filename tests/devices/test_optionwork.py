"""Option work: the worker asks a driver for its options, whatever they are like."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from sheetfed.core.errors import ErrorCode
from sheetfed.devices import wire
from sheetfed.devices.descriptors import parse
from sheetfed.devices.libsane import Descriptor
from sheetfed.devices.optionwork import OptionWork
from sheetfed.devices.statuses import SaneError
from sheetfed.devices.values import Kind

SETTABLE, INACTIVE, RELOAD = 5, 32, 2
COUNT = Descriptor(0, b"", b"Number", b"", Kind.INT, 0, 4, 4)


def word(*numbers: int) -> bytes:
    return struct.pack(f"={len(numbers)}i", *numbers)


def descriptor(name: str, kind: int, size: int = 4, cap: int = SETTABLE) -> Descriptor:
    return Descriptor(0, name.encode(), None, None, kind, 0, size, cap)


@dataclass
class Driver:
    """A device in memory; option 0 is how many there are."""

    options: list[tuple[Descriptor, bytes | SaneError]]
    count: int | None = None
    info: int = 0
    was_set: list[tuple[int, bytes | str]] = field(default_factory=list)
    on_set: Callable[[], object] = lambda: None

    def descriptor(self, index: int) -> Descriptor | None:
        if index == 0:
            return COUNT
        return replace(self.options[index - 1][0], index=index) if self._has(index) else None

    def _has(self, index: int) -> bool:
        return index <= len(self.options)

    def get(self, index: int, size_bytes: int) -> bytes:
        if index == 0:
            return word(len(self.options) + 1 if self.count is None else self.count)
        value = self.options[index - 1][1]
        if isinstance(value, SaneError):
            raise value
        return value.ljust(size_bytes, b"\0")[:size_bytes]

    def set(self, index: int, value: bytes) -> int:
        self.was_set.append((index, value))
        self.options[index - 1] = (self.options[index - 1][0], value)
        self.on_set()
        return self.info

    def set_automatic(self, index: int) -> int:
        self.was_set.append((index, "automatic"))
        return self.info


def work(driver: Driver, steps: list[str] | None = None) -> OptionWork:
    return OptionWork(device=driver, step=(steps if steps is not None else []).append)


def values(driver: Driver) -> list[object]:
    return [message["value"] for message in work(driver).describe()]


def test_every_type_is_read() -> None:
    driver = Driver(
        [
            (descriptor("bool", Kind.BOOL), word(1)),
            (descriptor("int", Kind.INT), word(-5)),
            (descriptor("fixed", Kind.FIXED), word(98304)),
            (descriptor("string", Kind.STRING, 9), b"Gr\xc3\xbcn\0rest"),
            (descriptor("table", Kind.INT, 12), word(1, 2, 3)),
            (descriptor("curve", Kind.FIXED, 8), word(65536, 32768)),
            (descriptor("button", Kind.BUTTON, 0), b""),
            (descriptor("group", Kind.GROUP, 0, 0), b""),
        ]
    )
    assert values(driver) == [True, -5, 1.5, "Grün", [1, 2, 3], [1.0, 0.5], None, None]


@pytest.mark.parametrize(
    "option",
    [
        descriptor("inactive", Kind.INT, cap=SETTABLE | INACTIVE),
        descriptor("secret", Kind.INT, cap=2),
        descriptor("unknown", 17),
        descriptor("empty", Kind.STRING, 0),
        descriptor("minus", Kind.INT, -4),
        descriptor("huge", Kind.STRING, 2**31 - 1),
    ],
    ids=lambda option: str(option.name),
)
def test_a_driver_is_not_asked_for_what_cannot_be_read(option: Descriptor) -> None:
    asked: list[str] = []
    messages = work(Driver([(option, word(7))]), asked).describe()
    assert [message["value"] for message in messages] == [None]
    assert asked == [""]


def test_a_value_that_cannot_be_read_costs_no_other() -> None:
    driver = Driver(
        [
            (descriptor("lamp", Kind.INT), SaneError(ErrorCode.SCANNER_IO, "IO_ERROR")),
            (descriptor("gain", Kind.INT), word(3)),
        ]
    )
    assert values(driver) == [None, 3]


def test_what_is_read_is_told_before() -> None:
    steps: list[str] = []
    driver = Driver([(descriptor(name, Kind.INT), word(1)) for name in ("lamp", "gain")])
    work(driver, steps).describe()
    assert steps == ["", "lamp", "gain"]


@pytest.mark.parametrize(("count", "found"), [(2, 1), (99, 3), (0, 3), (-1, 3)])
def test_options_are_read_up_to_their_number_or_their_end(count: int, found: int) -> None:
    options: list[tuple[Descriptor, bytes | SaneError]] = [(descriptor("a", Kind.BOOL), word(1))]
    assert len(work(Driver(options * 3, count=count)).describe()) == found


def test_a_driver_with_options_without_end_ends() -> None:
    class Endless(Driver):
        def descriptor(self, index: int) -> Descriptor | None:
            return replace(descriptor("again", Kind.BUTTON, 0), index=index)

    assert len(work(Endless([])).describe()) == 1999


@pytest.mark.parametrize("count", [2001, 5000, -1])
def test_options_beyond_the_most_are_told_once(
    capsys: pytest.CaptureFixture[str], count: int
) -> None:
    options: list[tuple[Descriptor, bytes | SaneError]] = [(descriptor("a", Kind.GROUP, 0), b"")]
    asked = work(Driver(options * 5000, count=count))
    assert [len(asked.describe()), len(asked.describe())] == [1999, 1999]
    assert capsys.readouterr().err == "the options from number 2000 on are too many\n"


def test_as_many_options_as_are_read_are_no_complaint(capsys: pytest.CaptureFixture[str]) -> None:
    options: list[tuple[Descriptor, bytes | SaneError]] = [(descriptor("a", Kind.GROUP, 0), b"")]
    for count in (2000, -1):
        assert len(work(Driver(options * 1999, count=count)).describe()) == 1999
    assert capsys.readouterr().err == ""


def test_what_does_not_fit_into_a_message_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    table: tuple[Descriptor, bytes | SaneError] = (
        descriptor("table", Kind.INT, 4 * 65536),
        word(*[-(2**31)] * 65536),
    )
    messages = work(Driver([table] * 6)).describe()
    assert len(wire.encode({"options": messages})) < wire.MAX_BODY_BYTES
    assert [message["value"] is None for message in messages] == [False] * 4 + [True] * 2
    long = replace(descriptor("long", Kind.STRING), texts=(b"x" * 5000,) * 300)
    messages = work(Driver([(long, b"x")] * 9)).describe()
    assert len(json.dumps(messages)) < wire.MAX_BODY_BYTES
    assert 1 < len(messages) < 9
    left_out = f"the options from number {len(messages) + 1} on are too many\n"
    assert capsys.readouterr().err == left_out


def test_a_drivers_texts_need_not_be_utf_8_nor_be_there() -> None:
    odd = replace(
        descriptor("it", Kind.STRING, 9),
        name=b"gr\xf6\xdfe",
        title=None,
        texts=(b"Gr\xfcn", b"Rot"),
    )
    (option,) = parse(work(Driver([(odd, b"Gr\xfcn")])).describe())
    assert (option.name, option.title, option.value) == ("größe", "", "Grün")
    assert option.constraint == ("Grün", "Rot")


def test_a_value_is_set_in_memory_of_its_size_and_read_back() -> None:
    driver = Driver([(descriptor("string", Kind.STRING, 9), b"abc")])
    assert work(driver).set({"index": 1, "value": "Grün"}) == {"value": "Grün"}
    assert driver.was_set == [(1, "Grün".encode().ljust(9, b"\0"))]


def test_a_latin_1_word_goes_back_as_it_came() -> None:
    mode = replace(descriptor("mode", Kind.STRING, 9), texts=(b"Gr\xfcn", b"Rot"))
    driver = Driver([(mode, b"Rot")])
    assert work(driver).set({"index": 1, "value": "Grün"}) == {"value": "Grün"}
    assert driver.was_set == [(1, b"Gr\xfcn".ljust(9, b"\0"))]


def test_arrays_and_buttons_are_set() -> None:
    driver = Driver(
        [
            (descriptor("table", Kind.INT, 12), word(0, 0, 0)),
            (descriptor("press", Kind.BUTTON, 0), b""),
        ]
    )
    assert work(driver).set({"index": 1, "value": [1, 2, 3]}) == {"value": [1, 2, 3]}
    assert work(driver).set({"index": 2, "value": True}) == {"value": None}
    assert driver.was_set == [(1, word(1, 2, 3)), (2, word(1))]


def test_automatic_is_asked_for_and_read_back() -> None:
    driver = Driver([(descriptor("gain", Kind.INT), word(9))])
    assert work(driver).set({"index": 1, "automatic": True}) == {"value": 9}
    assert driver.was_set == [(1, "automatic")]


def test_a_set_that_changes_others_answers_with_them_all() -> None:
    driver = Driver(
        [(descriptor("mode", Kind.INT), word(1)), (descriptor("gain", Kind.INT), word(2))],
        info=RELOAD,
    )
    driver.on_set = lambda: driver.options.pop()
    answer = work(driver).set({"index": 1, "value": 5})
    assert [message["value"] for message in answer["options"]] == [5]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (descriptor("string", Kind.STRING, 4), "four"),
        (descriptor("string", Kind.STRING, 4), "wäy"),
        (descriptor("table", Kind.INT, 12), [1, 2]),
        (descriptor("table", Kind.INT, 12), 1),
        (descriptor("int", Kind.INT), [1, 2]),
        (descriptor("int", Kind.INT), "1"),
        (descriptor("bool", Kind.BOOL, 0), True),
        (descriptor("group", Kind.GROUP, 0), True),
        (descriptor("huge", Kind.STRING, 2**31 - 1), "a"),
    ],
    ids=lambda item: str(item.name) if isinstance(item, Descriptor) else None,
)
def test_what_does_not_fit_the_descriptor_never_reaches_the_driver(
    option: Descriptor, value: object
) -> None:
    driver = Driver([(option, b"")])
    with pytest.raises(SaneError) as caught:
        work(driver).set({"index": 1, "value": value})
    assert caught.value.code is ErrorCode.SETTINGS_REFUSED
    assert driver.was_set == []


def test_an_option_that_has_gone_is_refused() -> None:
    with pytest.raises(SaneError, match="no such option"):
        work(Driver([])).set({"index": 1, "value": 1})
