"""A client of the REST API of a door over fakes."""

import pytest

from fakes.door import OpenDoor
from fakes.rest import Rest


@pytest.fixture
def rest(door: OpenDoor) -> Rest:
    return Rest(door.http, door.base)
