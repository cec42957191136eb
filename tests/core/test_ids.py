"""Ids: new ones differ, and an instance's buffer is always the same."""

import re

from sheetfed.core import ids
from sheetfed.core.model import InstanceId, Owner

ONE = InstanceId("414778098")


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


def test_an_instance_whose_name_is_no_text_has_a_buffer_too() -> None:
    assert re.fullmatch("b[0-9a-f]{32}", ids.buffer_document(Owner(1), InstanceId("\udcff")))
