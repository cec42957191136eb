"""Instances: one owner has so many with pages."""

import pytest

from fakes.core import ALICE, ALICE_ON_THE_WEB
from fakes.shelf import BUFFER, ONE, Shelf
from sheetfed.core.errors import TooMany
from sheetfed.core.model import InstanceId

TWO = InstanceId("2")


async def test_an_owner_with_enough_instances_may_fill_those_and_no_other(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.documents.limit(instances_at_most=1)
    assert shelf.documents.to_fill(ALICE, ONE) == BUFFER
    with pytest.raises(TooMany) as refused:
        shelf.documents.to_fill(ALICE, TWO)
    assert refused.value.details == {"instances": 1}


async def test_other_owners_and_documents_that_are_no_instances_do_not_count(shelf: Shelf) -> None:
    await shelf.fill("a")
    await shelf.describing.create(ALICE)
    shelf.documents.limit(instances_at_most=2)
    assert shelf.documents.to_fill(ALICE, TWO)
    shelf.documents.limit(instances_at_most=1)
    assert shelf.documents.to_fill(ALICE_ON_THE_WEB, TWO)


async def test_an_instance_without_pages_makes_room(shelf: Shelf) -> None:
    await shelf.fill("a")
    shelf.documents.limit(instances_at_most=1)
    await shelf.documents.remove(BUFFER)
    assert shelf.documents.to_fill(ALICE, TWO)
