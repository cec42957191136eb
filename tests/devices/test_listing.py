"""Listing: one scanner for each device, with a stable id and a unique name."""

from collections.abc import Sequence

from sheetfed.core.scanner import Connection, Scanner
from sheetfed.core.survey import HiddenBy, HiddenDevice
from sheetfed.devices.duplicates import Sighting
from sheetfed.devices.identity import identify
from sheetfed.devices.listing import Listing, Selection, Standing
from sheetfed.devices.usb import UsbDevice

PLUGGED = (
    UsbDevice(2, 15, "04b8", "0142", "X2KS012345", "2-6"),
    UsbDevice(1, 4, "04a9", "190f", "", "1-1"),
)
Row = tuple[str, str, str, str]
PAIR: list[Row] = [
    ("test:0", "Noname", "frontend-tester", "virtual device"),
    ("test:1", "Noname", "frontend-tester", "virtual device"),
]
ESCL = ("escl:https://192.168.1.3:443", "ESCL", "EPSON ET-2850 Series SSL", "flatbed scanner")
AIRSCAN_E = ("airscan:e0:EPSON ET-2850 Series", "eSCL", "EPSON ET-2850 Series", "ip=192.168.1.3")
AIRSCAN_W = ("airscan:w1:EPSON ET-2850 Series", "WSD", "EPSON ET-2850 Series", "ip=192.168.1.3")
EPSON2 = ("epson2:net:192.168.1.3", "Epson", "PID", "flatbed scanner")


def lide(device: str) -> Row:
    return device, "Canon", "LiDE 210", "flatbed scanner"


def seen(*rows: Row, is_manual: bool = False) -> list[Sighting]:
    return [
        Sighting(
            backend=(backend := device.partition(":")[0]),
            device=device,
            vendor=vendor,
            model=model,
            type=kind,
            identity=identify(backend, device, kind, PLUGGED),
            is_manual=is_manual,
        )
        for device, vendor, model, kind in rows
    ]


def listed(
    *rows: Row, selection: Selection | None = None, standing: Standing | None = None
) -> tuple[Scanner, ...]:
    backends = list(dict.fromkeys(row[0].partition(":")[0] for row in rows))
    listing = Listing(selection or Selection())
    return listing.scanners(seen(*rows), standing or Standing(backends))[0]


def hidden(*rows: Row, selection: Selection | None = None) -> Sequence[HiddenDevice]:
    return Listing(selection or Selection()).scanners(seen(*rows), Standing(()))[1]


def test_scanners_of_one_name_are_told_apart() -> None:
    names = [scanner.name for scanner in listed(*PAIR)]
    assert names == ["Noname frontend-tester", "Noname frontend-tester (2)"]


def test_a_name_that_looks_numbered_is_nobody_elses() -> None:
    rows = [(f"test:{number}", "", model, "") for number, model in enumerate(["X", "X", "X (2)"])]
    assert [scanner.name for scanner in listed(*rows)] == ["X", "X (3)", "X (2)"]


def test_a_name_stays_with_its_scanner_when_another_of_its_name_comes_before_it() -> None:
    listing = Listing(Selection())
    listing.scanners(seen(PAIR[1]), Standing(()))
    found, _ = listing.scanners(seen(*PAIR), Standing(()))
    assert [(scanner.device, scanner.name) for scanner in found] == [
        ("test:0", "Noname frontend-tester (2)"),
        ("test:1", "Noname frontend-tester"),
    ]


def test_a_name_is_new_when_configuration_changes_it() -> None:
    listing = Listing(Selection())
    listing.scanners(seen(*PAIR), Standing(()))
    listing.selection = Selection(rename={"test:0": "Desk"})
    found, _ = listing.scanners(seen(*PAIR), Standing(()))
    assert [scanner.name for scanner in found] == ["Desk", "Noname frontend-tester (2)"]


def test_nothing_that_is_shown_is_what_a_terminal_would_obey() -> None:
    row = ("x:\x1b]0;a\x07", "No\x1b[31mname", "desk\nforged: \x9b2J", "scanner\r" + "x" * 9999)
    [scanner] = listed(row)
    assert (scanner.device, scanner.vendor, scanner.model) == (
        row[0],
        "No[31mname",
        "deskforged: 2J",
    )
    assert scanner.name == "No[31mname deskforged: 2J"
    assert len(scanner.type) == 256
    assert listed(("x:\x1b]0;a", "", "", ""))[0].name == "x:]0;a"
    assert len(listed(("x:a", "v" * 999, "m" * 999, ""))[0].name) == 256


def test_the_virtual_scanners_have_the_ids_they_always_had() -> None:
    assert [scanner.id for scanner in listed(*PAIR)] == ["s6e5bce2b6625", "s4425e8218759"]


def test_an_id_is_the_same_at_another_bus_position() -> None:
    here = listed(lide("genesys:libusb:001:004"))
    assert here[0].id == listed(lide("genesys:libusb:002:009"))[0].id


def test_of_two_alike_each_keeps_its_id_whatever_the_order_of_the_list() -> None:
    near, far = lide("genesys:libusb:001:009"), lide("genesys:libusb:001:010")
    ids = {scanner.device: scanner.id for scanner in listed(near, far)}
    assert len(set(ids.values())) == 2
    assert {scanner.device: scanner.id for scanner in listed(far, near)} == ids


def test_of_two_alike_one_keeps_its_id_while_the_other_is_plugged_in_elsewhere() -> None:
    listing = Listing(Selection())
    standing = Standing(("genesys",))

    def ids(*devices: str) -> list[str]:
        sightings = seen(*map(lide, devices))
        return [scanner.id for scanner in listing.scanners(sightings, standing)[0]]

    one, two = ids("genesys:libusb:001:009", "genesys:libusb:001:010")
    assert ids("genesys:libusb:001:010") == [two]
    assert ids("genesys:libusb:001:010", "genesys:libusb:001:011") == [two, one]


def test_an_id_with_a_serial_number_is_the_same_through_every_backend() -> None:
    direct = listed(("epson2:libusb:002:015", "Epson", "GT-S85", "scanner"))
    other = listed(("epsonds:libusb:002:015", "EPSON", "ES-500", "scanner"))
    assert direct[0].id == other[0].id


def test_a_network_scanner_keeps_its_id_at_another_address() -> None:
    moved = (ESCL[0].replace("1.3", "1.77"), *ESCL[1:])
    assert listed(ESCL)[0].id == listed(moved)[0].id


def test_ids_are_words_that_begin_with_a_letter_and_differ() -> None:
    ids = [scanner.id for scanner in listed(*PAIR)]
    assert len(set(ids)) == 2
    assert all(word[0].isalpha() and word.isalnum() for word in ids)


def test_a_name_says_no_vendor_twice_and_no_protocol() -> None:
    named = [
        listed(row)[0].name
        for row in (
            ("pixma:04A91749", "CANON", "Canon PIXMA MG5200", "multi-function peripheral"),
            ("hp:libusb:001:002", "Hewlett-Packard", "ScanJet 5P", "flatbed scanner"),
            AIRSCAN_W,
            ("escl:http://10.0.0.1", "", "", ""),
        )
    ]
    assert named == [
        "Canon PIXMA MG5200",
        "Hewlett-Packard ScanJet 5P",
        "EPSON ET-2850 Series",
        "escl:http://10.0.0.1",
    ]


def test_a_device_at_one_address_is_one_scanner_shown_through_the_makers_driver() -> None:
    found = listed(ESCL, AIRSCAN_E, AIRSCAN_W, EPSON2)
    assert [scanner.device for scanner in found] == [EPSON2[0]]
    assert found[0].alternatives == (AIRSCAN_E[0], AIRSCAN_W[0], ESCL[0])
    assert found[0].connection is Connection.NETWORK
    assert hidden(EPSON2, ESCL) == (
        HiddenDevice(
            ESCL[0], "ESCL", ESCL[2], HiddenBy.DUPLICATE, scanner=listed(EPSON2, ESCL)[0].id
        ),
    )


def test_the_order_of_preference_is_configuration() -> None:
    rows = (EPSON2, AIRSCAN_E, ESCL)
    first = listed(*rows, selection=Selection(prefer=("escl", "*")))[0]
    assert (first.device, first.alternatives) == (ESCL[0], (EPSON2[0], AIRSCAN_E[0]))
    without_others = listed(*rows, selection=Selection(prefer=("airscan",)))[0]
    assert without_others.device == AIRSCAN_E[0]


def test_sane_airscans_protocols_of_one_device_are_one_scanner() -> None:
    found = listed(AIRSCAN_E, AIRSCAN_W)
    assert [(scanner.device, scanner.alternatives) for scanner in found] == [
        (AIRSCAN_E[0], (AIRSCAN_W[0],))
    ]
    assert found[0].id == listed(AIRSCAN_W)[0].id


def test_a_server_that_shares_several_scanners_is_not_one_scanner() -> None:
    shared = (
        ("airscan:e0:Canon LiDE 210", "eSCL", "Canon LiDE 210", "ip=192.168.1.10"),
        ("airscan:e1:Epson V30", "eSCL", "Epson V30", "ip=192.168.1.10"),
        ("escl:http://192.168.1.10:8090", "ESCL", "Epson V30", "flatbed scanner"),
    )
    assert [(scanner.device, scanner.alternatives) for scanner in listed(*shared)] == [
        (shared[0][0], ()),
        (shared[1][0], (shared[2][0],)),
    ]


def test_usb_devices_behind_ipp_usb_are_told_apart_by_their_model() -> None:
    rows = (
        ("airscan:e0:HP OfficeJet 8120 (USB)", "eSCL", "HP OfficeJet 8120 (USB)", "ip=127.0.0.1"),
        ("airscan:e1:Canon TS5000 (USB)", "eSCL", "Canon TS5000 (USB)", "ip=127.0.0.1"),
        ("escl:http://127.0.0.1:60000", "ESCL", "HP OfficeJet 8120", "flatbed scanner"),
    )
    assert [scanner.alternatives for scanner in listed(*rows)] == [(rows[2][0],), ()]


def test_two_of_one_model_behind_ipp_usb_stay_two() -> None:
    rows = [
        ("escl:http://127.0.0.1:60000", "ESCL", "HP OfficeJet 8120", "flatbed scanner"),
        ("escl:http://127.0.0.1:60001", "ESCL", "HP OfficeJet 8120", "flatbed scanner"),
        ("airscan:e0:HP OfficeJet 8120", "eSCL", "HP OfficeJet 8120", "ip=127.0.0.1"),
    ]
    assert len(listed(*rows)) == 3


def test_one_place_on_the_usb_is_one_scanner_also_through_saned_of_this_machine() -> None:
    direct = lide("genesys:libusb:001:004")
    local = lide("net:localhost:genesys:libusb:001:004")
    far = lide("net:far:genesys:libusb:001:004")
    assert [scanner.device for scanner in listed(direct, local, far)] == [direct[0], far[0]]


def test_what_links_two_sightings_links_their_groups() -> None:
    """The first two have nothing in common but the third."""
    usb = ("epson2:libusb:002:015", "Epson", "A", "scanner")
    net = ("escl:http://10.0.0.7", "ESCL", "B", "scanner")
    both = ("net:localhost:epsonds:libusb:002:015", "Epson", "C", "ip=10.0.0.7")
    assert [scanner.alternatives for scanner in listed(usb, net, both)] == [(both[0], net[0])]


def test_what_is_hidden_says_by_which_pattern() -> None:
    rows = (AIRSCAN_E, lide("genesys:libusb:001:004"), *PAIR)
    for pattern in ("TEST:1", "test:[1-9]", "test:?"):
        selection = Selection(hide=(pattern,))
        assert "test:1" not in [scanner.device for scanner in listed(*rows, selection=selection)]
        assert hidden(*rows, selection=selection)[-1] == HiddenDevice(
            *PAIR[1][:3], HiddenBy.CONFIGURATION, pattern=pattern
        )


def test_a_backend_a_name_and_an_id_hide_too() -> None:
    rows = (AIRSCAN_E, lide("genesys:libusb:001:004"))
    for pattern in ("airscan", "escl epson*", listed(AIRSCAN_E)[0].id):
        found = listed(*rows, selection=Selection(hide=(pattern,)))
        assert [scanner.backend for scanner in found] == ["genesys"]


def test_a_pattern_that_is_a_device_name_with_brackets_fits_it() -> None:
    device = "net:[2001:db8::7]:genesys:libusb:001:004"
    assert listed(lide(device), selection=Selection(hide=(device,))) == ()


def test_a_hidden_alternative_leaves_the_scanner() -> None:
    found = listed(EPSON2, ESCL, selection=Selection(hide=("epson2",)))
    assert [(scanner.device, scanner.alternatives) for scanner in found] == [(ESCL[0], ())]


def test_a_scanner_is_called_what_configuration_calls_it_and_still_uniquely() -> None:
    selection = Selection(rename={"noname *": "Front desk", "airscan:*": "Hall"})
    found = listed(*PAIR, AIRSCAN_E, selection=selection)
    assert [scanner.name for scanner in found] == ["Front desk", "Front desk (2)", "Hall"]


def test_a_device_of_configuration_is_a_network_scanner_unless_its_name_says_otherwise() -> None:
    sightings = seen(
        ("lexmark:hall", "", "", ""), ("genesys:libusb:001:004", "", "", ""), is_manual=True
    )
    found, _ = Listing(Selection()).scanners(sightings, Standing(()))
    assert [(scanner.name, scanner.connection) for scanner in found] == [
        ("lexmark:hall", Connection.NETWORK),
        ("genesys:libusb:001:004", Connection.USB),
    ]


def test_an_alternative_stands_in_for_a_driver_that_is_away_under_the_same_id() -> None:
    well = listed(EPSON2, ESCL)[0]
    ill = listed(EPSON2, ESCL, standing=Standing(("epson2", "escl"), away=("epson2",)))[0]
    assert (ill.device, ill.alternatives, ill.is_available) == (ESCL[0], (EPSON2[0],), True)
    assert ill.id == well.id


def test_a_scanner_whose_drivers_are_all_away_is_not_available() -> None:
    standing = Standing(("epson2", "escl"), away=("escl",), quarantined=("epson2",))
    scanner = listed(EPSON2, ESCL, standing=standing)[0]
    assert (scanner.is_available, scanner.is_quarantined) == (False, True)
