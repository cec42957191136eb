"""Report: a bundle that helps to find a fault, and tells nothing of people and their papers."""

import io
import json
import tarfile
from typing import Any

import pytest
from dbus_next.signature import Variant

from fakes.bus import PrivateBus
from fakes.busclient import Client
from fakes.core import ORIGIN, FakeCore
from fakes.devices import Sheet
from fakes.systemd import systemd_on
from sheetfed.bus.contract import MANAGER, ROOT
from sheetfed.bus.report import CONTENTS
from sheetfed.core.model import Caller, InstanceId, Owner, ScanSettings


@pytest.fixture
async def files(client: Client, core: FakeCore) -> dict[str, str]:
    """Of a report after scans of a program and of a web page; a document has a name."""
    core.devices.load(Sheet())
    job = await client.call("StartScan", "sa{sv}", "desk", {"paper_source": Variant("s", "feeder")})
    await client.heard("Finished", lambda signal: signal.path == job)
    core.devices.load(Sheet())
    core.grants.configure([ORIGIN])
    await core.describing.create(Caller(Owner(2123456789, ORIGIN)), name="divorce")
    await core.jobs.start(
        Caller(Owner(2123456789, ORIGIN)), ScanSettings(scanner="hall"), InstanceId("i")
    )
    data = await client.read("Report", "", path=ROOT, interface=MANAGER)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        found = {}
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            found[member.name.removeprefix("sheetfed-report/")] = file.read().decode()
    return found


def _parsed(files: dict[str, str], name: str) -> Any:
    return json.loads(files[name])


async def test_it_has_the_files_that_its_readme_lists(files: dict[str, str]) -> None:
    assert set(files) == {"README", *CONTENTS}
    assert all(f"  {name}: {meaning}\n" in files["README"] for name, meaning in CONTENTS.items())


async def test_it_tells_what_helps(files: dict[str, str]) -> None:
    assert _parsed(files, "versions.json")["sheetfed"] == "1.2.3"
    assert _parsed(files, "versions.json")["libraries"]["dbus-next"]
    assert _parsed(files, "configuration.json") == {"http.listen": ["127.0.0.1:18622"]}
    assert _parsed(files, "service.json")["descriptors"] > 0
    assert {each["backend"] for each in _parsed(files, "scanners.json")}
    jobs = _parsed(files, "jobs.json")
    assert len(jobs) == 2
    assert {job["by"] for job in jobs} == {"program", "web page"}
    assert _parsed(files, "store.json")["disk_free_bytes"] > 0
    assert set(_parsed(files, "units.json")) == {
        "sheetfed.service",
        "sheetfed.socket",
        "sheetfed-certificates.service",
    }


async def test_it_tells_nothing_of_people_and_their_papers(
    files: dict[str, str], core: FakeCore
) -> None:
    everything = "".join(files.values())
    secrets = {ORIGIN, "app.example.org", "2123456789", "divorce", *core.documents.all_pages()}
    secrets |= {str(document) for document in core.collection.documents}
    assert [secret for secret in secrets if secret in everything] == []


async def test_it_tells_how_the_units_are(client: Client, bus: PrivateBus) -> None:
    async with systemd_on(bus.address) as systemd:
        systemd.units["sheetfed.service"] = {
            "ActiveState": Variant("s", "active"),
            "NRestarts": Variant("u", 3),
            "MemoryPeak": Variant("t", 2**64 - 1),
            "Environment": Variant("as", ["SECRET=1"]),
        }
        data = await client.read("Report", "", path=ROOT, interface=MANAGER)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        file = tar.extractfile("sheetfed-report/units.json")
        assert file is not None
        units = json.load(file)
    assert units["sheetfed.service"] == {
        "LoadState": "not-found",
        "ActiveState": "active",
        "NRestarts": 3,
    }
    assert units["sheetfed.socket"] == {"LoadState": "not-found"}
