"""Settings by TWAIN's numbers become our words."""

import pytest

from sheetfed.core import settings
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.model import Mode, PaperSource, ScanSettings
from sheetfed.web import words
from sheetfed.web.rest import capwords
from sheetfed.web.twain import CAPS


def asked(*rows: tuple[int, object]) -> ScanSettings:
    caps = [{"capability": number, "curValue": value} for number, value in rows]
    found, ignored = capwords.settings({"exception": "fail", "capabilities": caps})
    assert ignored == ()
    return settings.parse(words.ours(found))


def test_each_sets_what_it_is_about() -> None:
    assert asked((1, 5)).pages == 5
    assert asked((1, -1)).pages is None
    assert asked((257, 2)).mode is Mode.COLOR
    assert asked((4098, True)).paper_source is PaperSource.FEEDER
    assert asked((4098, 1), (4115, 1)).paper_source is PaperSource.FEEDER_DUPLEX
    assert asked((4098, 0)).paper_source is PaperSource.FLATBED
    assert (asked((4353, -500)).brightness, asked((4355, 1000)).contrast) == (-50, 100)
    assert asked((4376, 300)).resolution == asked((4377, 300.0)).resolution == 300
    assert asked((4386, 1)).area == settings.parse({"page_size": "A4"}).area
    assert [asked((4395, bits)).depth for bits in (1, 8, 24, 16, 48)] == [None, 8, 8, 16, 16]
    assert (asked((4404, -1)).discard_blank, asked((4404, -2)).discard_blank) == (True, False)
    assert asked((4432, 1)).auto_crop
    assert asked((4433, True)).deskew


@pytest.mark.parametrize(
    ("number", "value"),
    [(257, 9), (4098, 2), (4395, 7), (4353, "x"), (4376, None), (4386, 99), (4101, 1), (4114, 1)],
)
def test_what_cannot_be_set_is_refused(number: int, value: object) -> None:
    with pytest.raises(InvalidParameter):
        asked((number, value))


def test_every_capability_that_says_so_can_be_set_and_no_other() -> None:
    settable = {int(cap) for cap, kind in CAPS.items() if kind.is_settable}
    taken = set()
    for cap in CAPS:
        for value in (0, 1, 8, 300):
            row = {"capability": int(cap), "curValue": value}
            if capwords.settings({"capabilities": [row]})[1] == ():
                taken.add(int(cap))
    assert taken == settable
