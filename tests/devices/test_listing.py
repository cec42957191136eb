"""Listing: stable ids, unique names."""

from sheetfed.devices.listing import scanners

PAIR = [
    ("test:0", "Noname", "frontend-tester", "virtual device"),
    ("test:1", "Noname", "frontend-tester", "virtual device"),
]


def test_scanners_of_one_name_are_told_apart() -> None:
    names = [scanner.name for scanner in scanners(PAIR)]
    assert names == ["Noname frontend-tester", "Noname frontend-tester (2)"]


def test_an_id_is_the_same_on_every_enumeration_and_at_another_bus_position() -> None:
    here = scanners([("genesys:libusb:001:004", "Canon", "LiDE 210", "flatbed scanner")])
    there = scanners([("genesys:libusb:002:009", "Canon", "LiDE 210", "flatbed scanner")])
    assert here[0].id == there[0].id


def test_ids_are_words_that_begin_with_a_letter_and_differ() -> None:
    ids = [scanner.id for scanner in scanners(PAIR)]
    assert len(set(ids)) == 2
    assert all(word[0].isalpha() and word.isalnum() for word in ids)


def test_a_scanner_without_vendor_and_model_is_called_by_its_device() -> None:
    assert scanners([("escl:http://10.0.0.1", "", "", "")])[0].name == "escl:http://10.0.0.1"
