"""TWAIN's capabilities of scanners of all kinds."""

from dataclasses import replace
from typing import Any

from sheetfed.core.capabilities import Capabilities, SourceCapabilities
from sheetfed.core.defaults import Defaults
from sheetfed.core.model import Area, Mode, PaperSource, ScanSettings
from sheetfed.core.settings import PAGE_SIZES_MM
from sheetfed.web import twain
from sheetfed.web.rest import capviews
from sheetfed.web.twain import CAPS, Cap, ItemType

FLATBED = SourceCapabilities(
    PaperSource.FLATBED, (Mode.COLOR, Mode.GRAY), (8, 16), (75, 300), None, (216.0, 297.0)
)
FEEDER = replace(FLATBED, source=PaperSource.FEEDER, area_mm=(216.0, 356.0))
DUPLEX = replace(FEEDER, source=PaperSource.FEEDER_DUPLEX)


def told(
    *sources: SourceCapabilities, asked: ScanSettings | None = None, options: tuple[str, ...] = ()
) -> dict[str, Any]:
    facts = capviews.Facts(
        Capabilities(sources), asked or ScanSettings(), Defaults(), frozenset(options)
    )
    rows: list[Any] = capviews.views(facts, None)
    return {row["capability"]["label"]: row for row in rows}


def test_a_flatbed_has_no_feeder_to_switch_on() -> None:
    found = told(FLATBED)
    assert not {"CAP_FEEDERENABLED", "CAP_AUTOFEED", "CAP_DUPLEXENABLED"} & set(found)
    assert found["CAP_DUPLEX"]["curValue"] == {"value": 0, "label": "TWDX_NONE"}
    assert not {"ICAP_BRIGHTNESS", "ICAP_CONTRAST"} & set(found)


def test_a_feeder_for_both_sides_is_told_as_it_is_asked_for() -> None:
    asked = ScanSettings(paper_source=PaperSource.FEEDER_DUPLEX, pages=3, discard_blank=True)
    found = told(FLATBED, FEEDER, DUPLEX, asked=asked)
    assert found["CAP_FEEDERENABLED"]["curValue"] is True
    assert found["CAP_FEEDERENABLED"]["defaultValue"] is False
    assert found["CAP_DUPLEXENABLED"]["curValue"] is True
    assert found["CAP_DUPLEX"]["curValue"] == {"value": 1, "label": "TWDX_1PASSDUPLEX"}
    assert (found["CAP_XFERCOUNT"]["curValue"], found["CAP_XFERCOUNT"]["defaultValue"]) == (3, -1)
    assert found["ICAP_AUTODISCARDBLANKPAGES"]["curValue"]["value"] == -1
    assert told(FEEDER)["CAP_FEEDERENABLED"]["defaultValue"] is True


def test_resolutions_come_as_a_list_or_as_a_range() -> None:
    found = told(FLATBED)["ICAP_XRESOLUTION"]
    assert (found["values"], found["curIndex"]) == ([75, 300], -1)
    ranged = replace(FLATBED, resolutions=(), resolution_range=(50, 600, 10))
    assert told(ranged)["ICAP_YRESOLUTION"]["stepSize"] == 10


def test_brightness_and_contrast_are_told_in_twains_range() -> None:
    asked = ScanSettings(brightness=-25)
    found = told(FLATBED, asked=asked, options=("brightness", "contrast"))
    assert found["ICAP_BRIGHTNESS"]["curValue"] == -250
    assert found["ICAP_CONTRAST"]["curValue"] == 0
    assert (found["ICAP_CONTRAST"]["minValue"], found["ICAP_CONTRAST"]["maxValue"]) == (-1000, 1000)


def test_sizes_are_those_that_lie_on_the_glass() -> None:
    names = {row["label"] for row in told(FLATBED)["ICAP_SUPPORTEDSIZES"]["values"]}
    assert {"TWSS_NONE", "TWSS_A4", "TWSS_USLETTER", "TWSS_MAXSIZE"} <= names
    assert not {"TWSS_A3", "TWSS_USLEGAL"} & names
    unknown = told(replace(FLATBED, area_mm=None))
    assert [row["value"] for row in unknown["ICAP_SUPPORTEDSIZES"]["values"]] == [0, 54]
    assert not {"ICAP_PHYSICALWIDTH", "ICAP_PHYSICALHEIGHT"} & set(unknown)


def test_the_size_that_is_asked_for_is_named_if_it_has_a_name() -> None:
    def current(area: Area | None) -> object:
        return told(FLATBED, asked=ScanSettings(area=area))["ICAP_SUPPORTEDSIZES"]["curValue"]

    assert current(Area(0, 0, 148, 210)) == {"value": 5, "label": "TWSS_A5"}
    assert current(Area(5, 0, 148, 210)) is None
    assert current(None) == {"value": 0, "label": "TWSS_NONE"}


def test_bits_a_pixel_are_those_of_the_pixel_type() -> None:
    def depths(mode: Mode, depth: int | None = None) -> tuple[object, object]:
        found = told(FLATBED, asked=ScanSettings(mode=mode, depth=depth))["ICAP_BITDEPTH"]
        return found["curValue"], found["values"]

    assert depths(Mode.COLOR) == (24, [24, 48])
    assert depths(Mode.GRAY, 16) == (16, [8, 16])
    assert depths(Mode.BW) == (1, [1])


def test_a_scanner_that_tells_nothing_is_told_of_all_the_same() -> None:
    assert told()["ICAP_PIXELTYPE"]["values"] == []


def test_every_number_is_twains() -> None:
    assert {cap.name: int(cap) for cap in CAPS} == {
        "CAP_XFERCOUNT": 1,
        "ICAP_COMPRESSION": 256,
        "ICAP_PIXELTYPE": 257,
        "ICAP_UNITS": 258,
        "CAP_FEEDERENABLED": 4098,
        "CAP_SUPPORTEDCAPS": 4101,
        "CAP_AUTOFEED": 4103,
        "CAP_UICONTROLLABLE": 4110,
        "CAP_DEVICEONLINE": 4111,
        "CAP_DUPLEX": 4114,
        "CAP_DUPLEXENABLED": 4115,
        "ICAP_BRIGHTNESS": 4353,
        "ICAP_CONTRAST": 4355,
        "ICAP_PHYSICALWIDTH": 4369,
        "ICAP_PHYSICALHEIGHT": 4370,
        "ICAP_XRESOLUTION": 4376,
        "ICAP_YRESOLUTION": 4377,
        "ICAP_SUPPORTEDSIZES": 4386,
        "ICAP_BITDEPTH": 4395,
        "ICAP_AUTODISCARDBLANKPAGES": 4404,
        "ICAP_AUTOMATICBORDERDETECTION": 4432,
        "ICAP_AUTOMATICDESKEW": 4433,
    }
    assert set(Cap) == set(CAPS)
    assert [int(item) for item in ItemType] == [1, 4, 6, 7]


def test_every_page_size_with_a_number_is_one_of_ours() -> None:
    assert {name for _, name in twain.SIZES.values() if name} <= set(PAGE_SIZES_MM)
    assert set(twain.PIXEL_TYPES.values()) == set(Mode)
