"""Ids: they stay while backends answer, and over a restart."""

import pytest

from sheetfed.core.scanner import Scanner
from sheetfed.devices.duplicates import Sighting
from sheetfed.devices.identity import identify
from sheetfed.devices.ids import naturally
from sheetfed.devices.listing import Listing, Selection, Standing
from sheetfed.devices.usb import UsbDevice

UUID = "1c852a4d-b800-1f08-abcd-f43909b4a1d2"
EPSON2 = ("epson2:net:192.168.1.5", "Epson", "XP-960")
ESCL = (f"escl:https://192.168.1.5:443?uuid={UUID}", "EPSON", "XP-960")
HERE = "epson2:libusb:001:004"

Row = tuple[str, str, str]


class Run:
    """One run of the service: what it shows when these are listed."""

    def __init__(self) -> None:
        self._listing = Listing(Selection())

    def shows(self, *rows: Row, serial: str = "") -> list[Scanner]:
        plugged = [UsbDevice(1, 4, "04b8", "0142", serial, "1-2")]
        sightings = [
            Sighting(
                (backend := device.partition(":")[0]),
                device,
                vendor,
                model,
                "scanner",
                identify(backend, device, "scanner", plugged),
            )
            for device, vendor, model in rows
        ]
        return list(self._listing.scanners(sightings, Standing(()))[0])


@pytest.mark.parametrize(("first", "second"), [(EPSON2, ESCL), (ESCL, EPSON2)])
def test_an_id_stays_when_another_backend_tells_of_the_same_device(first: Row, second: Row) -> None:
    run = Run()
    [alone] = run.shows(first)
    [both] = run.shows(*sorted([first, second]))
    assert both.id == alone.id
    [other] = Run().shows(second)
    assert other.id in both.aliases
    assert run.shows(first)[0].id == alone.id


def test_ids_are_the_same_after_a_restart_when_the_same_backends_answer() -> None:
    def ids(run: Run) -> list[str]:
        return [run.shows(EPSON2)[0].id, run.shows(EPSON2, ESCL)[0].id]

    assert ids(Run()) == ids(Run())


def test_an_id_of_another_run_is_an_alias_when_the_backends_answer_in_another_order() -> None:
    before, after = Run(), Run()
    [old] = before.shows(EPSON2)
    after.shows(ESCL)
    [new] = after.shows(EPSON2, ESCL)
    assert new.id != old.id
    assert old.id in new.aliases


def test_two_that_become_one_keep_the_id_that_was_shown_first() -> None:
    linked = ("net:localhost:epsonds:libusb:001:004", "Epson", "C")
    run = Run()
    [first] = run.shows(("genesys:libusb:001:004", "Canon", "B"))
    shown = run.shows(("genesys:libusb:001:004", "Canon", "B"), ("escl:http://10.0.0.7", "E", "A"))
    [both] = run.shows(linked, ("genesys:libusb:001:004", "Canon", "B"))
    assert first.id == both.id == shown[0].id


def test_another_device_at_the_same_place_has_another_id() -> None:
    run = Run()
    [one] = run.shows((HERE, "Epson", "GT-S85"), serial="one")
    [other] = run.shows((HERE, "Epson", "GT-S85"), serial="two")
    [third] = run.shows((HERE, "Epson", "ES-500"))
    assert len({one.id, other.id, third.id}) == 3


def test_an_alias_is_never_another_scanners_id() -> None:
    lasting = (HERE, "Epson", "GT-S85")
    plain = ("epson2:libusb:001:009", "Epson", "GT-S85")
    run = Run()
    run.shows(lasting, serial="one")
    first, second = run.shows(lasting, plain, serial="one")
    assert second.id not in first.aliases
    assert second.id == Run().shows(plain)[0].id


def test_a_scanner_that_comes_back_keeps_the_id_it_comes_back_with() -> None:
    run = Run()
    run.shows(EPSON2)
    [before] = run.shows(EPSON2, ESCL)
    run.shows()
    [after] = run.shows(ESCL)
    [both] = run.shows(EPSON2, ESCL)
    assert after.id == both.id
    assert before.id in both.aliases


def test_numbers_in_words_are_sorted_as_numbers_however_they_are_written() -> None:
    words = ["e10", "e9", "e²", "3²4", "e" + "1" * 5000, ""]
    assert sorted(words, key=naturally) == ["", "3²4", "e9", "e10", "e" + "1" * 5000, "e²"]
