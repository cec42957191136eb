"""The model's few derived properties, and ids."""

import re
from dataclasses import replace

import pytest

from fakes.devices import CAPABILITIES
from fakes.pages import A4_300
from sheetfed.core import ids
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import ImageType, InstanceId, Mode, Owner, PaperSource

ONE = InstanceId("414778098")


def test_a_scanner_with_a_flatbed_alone_has_neither_feeder_nor_duplex() -> None:
    flatbed = Capabilities(CAPABILITIES.sources[:1])
    assert not flatbed.has_feeder
    assert not flatbed.has_duplex


def test_a_duplex_feeder_is_a_feeder() -> None:
    source = replace(CAPABILITIES.sources[0], source=PaperSource.FEEDER_DUPLEX)
    both = Capabilities((CAPABILITIES.sources[0], source))
    assert both.has_feeder
    assert both.has_duplex


@pytest.mark.parametrize(
    ("mode", "depth", "bits"),
    [(Mode.COLOR, 8, 24), (Mode.COLOR, 16, 48), (Mode.GRAY, 16, 16), (Mode.BW, 1, 1)],
)
def test_bits_per_pixel_count_all_samples(mode: Mode, depth: int, bits: int) -> None:
    assert replace(A4_300, mode=mode, depth=depth).bits_per_pixel == bits


def test_each_image_type_has_its_media_type() -> None:
    assert [kind.media_type for kind in ImageType] == [
        "image/jpeg",
        "image/png",
        "image/bmp",
        "image/webp",
        "image/tiff",
        "application/pdf",
    ]


def test_new_ids_differ_and_fit_a_url_a_file_name_and_an_object_path() -> None:
    made = [make() for make in (ids.new_job, ids.new_page, ids.new_document) for _ in range(3)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch("[jpd][0-9a-f]{32}", one) for one in made)


def test_an_instance_always_has_the_same_buffer() -> None:
    owner = Owner(1000, "https://app.example.org")
    assert ids.buffer_document(owner, ONE) == ids.buffer_document(owner, ONE)
    assert re.fullmatch("b[0-9a-f]{32}", ids.buffer_document(owner, ONE))


def test_no_two_owners_and_no_two_instances_share_a_buffer() -> None:
    owners = [Owner(1), Owner(2), Owner(1, "https://a.example"), Owner(1, "https://b.example")]
    buffers = {ids.buffer_document(owner, ONE) for owner in owners}
    buffers.add(ids.buffer_document(owners[0], InstanceId("2")))
    assert len(buffers) == 5
