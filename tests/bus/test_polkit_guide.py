"""docs/polkit.md: its table is the code's, and its rule does what it says in the real polkit."""

import re
from pathlib import Path

import pytest

from fakes.bus import PrivateBus
from fakes.busclient import NOBODY, Client, client_on
from fakes.busdoor import FakeService
from fakes.polkit import can_run_polkitd, polkitd_on
from sheetfed.bus.actions import NEEDS, Action
from sheetfed.bus.door import BusDoor

TEXT = (Path(__file__).parents[2] / "docs" / "polkit.md").read_text("utf-8")
ALICES_GROUP = "nogroup"


def test_every_call_that_needs_an_action_is_listed_and_no_other() -> None:
    listed = set(re.findall(r"`(Manager|Scanner|Origin)\.(\w+)`", TEXT))
    assert listed == {(interface.rpartition(".")[2], member) for interface, member in NEEDS}


def test_every_action_is_explained() -> None:
    assert re.findall(r"^\| `(org\.sheetfed1\.[\w-]+)` \|", TEXT, re.MULTILINE) == list(Action)


@pytest.mark.skipif(not can_run_polkitd(), reason="polkitd needs root and a mount namespace")
async def test_the_rule_lets_the_group_do_it_without_a_password(
    bus: PrivateBus, door: BusDoor, service: FakeService, tmp_path: Path
) -> None:
    (rule,) = re.findall(r"^```js\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    rule = rule.replace('isInGroup("it")', f'isInGroup("{ALICES_GROUP}")')
    with polkitd_on(bus.address, tmp_path / "polkit", script=rule):
        async with client_on(bus.address, uid=NOBODY) as nobody:
            await _set_level(nobody)
    assert service.level == "debug"


async def _set_level(client: Client) -> None:
    await client.call("SetLogLevel", "s", "debug")
