"""TWAIN: the numbers of its capabilities and of their values, as far as SANE can do them.

TWAIN 2.5, chapters 8 (containers, item types) and 10 (capabilities).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Container(IntEnum):
    """How a capability's values come."""

    TWON_ARRAY = 3
    TWON_ENUMERATION = 4
    TWON_ONEVALUE = 5
    TWON_RANGE = 6


class ItemType(IntEnum):
    """What each of the values is."""

    TWTY_INT16 = 1
    TWTY_UINT16 = 4
    TWTY_BOOL = 6
    TWTY_FIX32 = 7


class Cap(IntEnum):
    """The capabilities."""

    CAP_XFERCOUNT = 0x0001
    ICAP_COMPRESSION = 0x0100
    ICAP_PIXELTYPE = 0x0101
    ICAP_UNITS = 0x0102
    CAP_FEEDERENABLED = 0x1002
    CAP_SUPPORTEDCAPS = 0x1005
    CAP_AUTOFEED = 0x1007
    CAP_UICONTROLLABLE = 0x100E
    CAP_DEVICEONLINE = 0x100F
    CAP_DUPLEX = 0x1012
    CAP_DUPLEXENABLED = 0x1013
    ICAP_BRIGHTNESS = 0x1101
    ICAP_CONTRAST = 0x1103
    ICAP_PHYSICALWIDTH = 0x1111
    ICAP_PHYSICALHEIGHT = 0x1112
    ICAP_XRESOLUTION = 0x1118
    ICAP_YRESOLUTION = 0x1119
    ICAP_SUPPORTEDSIZES = 0x1122
    ICAP_BITDEPTH = 0x112B
    ICAP_AUTODISCARDBLANKPAGES = 0x1134
    ICAP_AUTOMATICBORDERDETECTION = 0x1150
    ICAP_AUTOMATICDESKEW = 0x1151


@dataclass(frozen=True, slots=True)
class Kind:
    """What the values of a capability are. One without `is_settable` can only be asked for.

    `labels`: the constants' names, by their numbers.
    """

    item: ItemType
    is_settable: bool = True
    labels: Mapping[int, str] | None = None


PIXEL_TYPES: Final[Mapping[int, str]] = {0: "bw", 1: "gray", 2: "color"}
"""TWPT_*, as our modes."""

_PIXEL_TYPE_LABELS: Final = {0: "TWPT_BW", 1: "TWPT_GRAY", 2: "TWPT_RGB"}

WHOLE_GLASS: Final = 0
"""TWSS_NONE: all that the scanner reaches."""

SIZES: Final[Mapping[int, tuple[str, str | None]]] = {
    WHOLE_GLASS: ("TWSS_NONE", None),
    1: ("TWSS_A4", "A4"),
    2: ("TWSS_JISB5", "B5"),
    3: ("TWSS_USLETTER", "Letter"),
    4: ("TWSS_USLEGAL", "Legal"),
    5: ("TWSS_A5", "A5"),
    6: ("TWSS_ISOB4", "ISO B4"),
    7: ("TWSS_ISOB6", "ISO B6"),
    9: ("TWSS_USLEDGER", "Ledger"),
    10: ("TWSS_USEXECUTIVE", "Executive"),
    11: ("TWSS_A3", "A3"),
    13: ("TWSS_A6", "A6"),
    14: ("TWSS_C4", "C4"),
    15: ("TWSS_C5", "C5"),
    16: ("TWSS_C6", "C6"),
    22: ("TWSS_A7", "A7"),
    23: ("TWSS_A8", "A8"),
    29: ("TWSS_ISOB5", "ISO B5"),
    38: ("TWSS_JISB4", "B4"),
    39: ("TWSS_JISB6", "B6"),
    52: ("TWSS_USSTATEMENT", "Statement"),
    53: ("TWSS_BUSINESSCARD", "Business card"),
    54: ("TWSS_MAXSIZE", None),
}
"""Each number's name, and our page size; None is all that the scanner reaches."""

NEVER_BLANK: Final = -2
"""TWBP_DISABLE: no page is discarded; TWBP_AUTO discards those that are blank."""

_BLANK_LABELS: Final = {NEVER_BLANK: "TWBP_DISABLE", -1: "TWBP_AUTO"}

UNIT_INCHES: Final = 0
PERCENT: Final = 10.0
"""One of our percent, of brightness or contrast, in TWAIN's range of -1000 to 1000."""

CAPS: Final[Mapping[Cap, Kind]] = {
    Cap.CAP_XFERCOUNT: Kind(ItemType.TWTY_INT16),
    Cap.ICAP_COMPRESSION: Kind(ItemType.TWTY_UINT16, False, {0: "TWCP_NONE"}),
    Cap.ICAP_PIXELTYPE: Kind(ItemType.TWTY_UINT16, labels=_PIXEL_TYPE_LABELS),
    Cap.ICAP_UNITS: Kind(ItemType.TWTY_UINT16, False, {UNIT_INCHES: "TWUN_INCHES"}),
    Cap.CAP_FEEDERENABLED: Kind(ItemType.TWTY_BOOL),
    Cap.CAP_SUPPORTEDCAPS: Kind(ItemType.TWTY_UINT16, False),
    Cap.CAP_AUTOFEED: Kind(ItemType.TWTY_BOOL, False),
    Cap.CAP_UICONTROLLABLE: Kind(ItemType.TWTY_BOOL, False),
    Cap.CAP_DEVICEONLINE: Kind(ItemType.TWTY_BOOL, False),
    Cap.CAP_DUPLEX: Kind(ItemType.TWTY_UINT16, False, {0: "TWDX_NONE", 1: "TWDX_1PASSDUPLEX"}),
    Cap.CAP_DUPLEXENABLED: Kind(ItemType.TWTY_BOOL),
    Cap.ICAP_BRIGHTNESS: Kind(ItemType.TWTY_FIX32),
    Cap.ICAP_CONTRAST: Kind(ItemType.TWTY_FIX32),
    Cap.ICAP_PHYSICALWIDTH: Kind(ItemType.TWTY_FIX32, False),
    Cap.ICAP_PHYSICALHEIGHT: Kind(ItemType.TWTY_FIX32, False),
    Cap.ICAP_XRESOLUTION: Kind(ItemType.TWTY_FIX32),
    Cap.ICAP_YRESOLUTION: Kind(ItemType.TWTY_FIX32),
    Cap.ICAP_SUPPORTEDSIZES: Kind(
        ItemType.TWTY_UINT16, labels={number: name for number, (name, _) in SIZES.items()}
    ),
    Cap.ICAP_BITDEPTH: Kind(ItemType.TWTY_UINT16),
    Cap.ICAP_AUTODISCARDBLANKPAGES: Kind(ItemType.TWTY_INT16, labels=_BLANK_LABELS),
    Cap.ICAP_AUTOMATICBORDERDETECTION: Kind(ItemType.TWTY_BOOL),
    Cap.ICAP_AUTOMATICDESKEW: Kind(ItemType.TWTY_BOOL),
}
