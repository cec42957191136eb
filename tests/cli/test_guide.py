"""docs/scanners.md: what it names is there, what it shows is what is printed."""

import re
import shlex
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakes.core import FakeCore
from fakes.devices import CAPABILITIES, DESK
from fakes.sheetctl import Sheetctl
from sheetfed import config
from sheetfed.bus.door import BusDoor
from sheetfed.cli import explain
from sheetfed.cli.main import main
from sheetfed.config_schema import keys
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import PaperSource, ScannerId
from sheetfed.core.scanner import Connection
from sheetfed.core.survey import Backend, BackendState, HiddenBy, HiddenDevice
from sheetfed.devices import answers, quirkfile
from sheetfed.devices.quarantine import Quarantine

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "scanners.md"
TEXT = GUIDE.read_text("utf-8")
OTHER_PACKAGES = {
    "/etc/sane.d/airscan.conf": "sane-airscan",
    "/usr/share/sane/gt68xx": "the maker's disk",
}
OF_EVERY_SYSTEM = {"systemctl", "journalctl", "udevadm", "runuser"}
FORTY_TWO_S = 42.0


def _blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", TEXT, re.DOTALL | re.MULTILINE)
    return [block for _, block in found]


def _commands() -> list[str]:
    """Every command line of ours, in blocks and in sentences."""
    lines = [line for block in _blocks("sh") for line in block.splitlines()]
    return [
        line
        for line in [*lines, *re.findall(r"`(sheetctl [^`]*)`", TEXT)]
        if line.startswith("sheetctl ")
    ]


def _said(title: str) -> list[str]:
    """What the rows of the table after these words quote."""
    table = TEXT.partition(title)[2].partition("|---|---|---|\n")[2].partition("\n\n")[0]
    return [row.split("`")[1] for row in table.splitlines()]


@pytest.mark.parametrize("line", _commands())
def test_every_command_is_one_that_there_is(line: str) -> None:
    _, *words = shlex.split(line, comments=True)
    shown = CliRunner().invoke(main, [*words, "--help"])
    assert shown.exit_code == 0, shown.output


def test_every_other_program_is_said_to_be_in_a_package() -> None:
    lines = [line for block in _blocks("sh") for line in block.splitlines()]
    programs = {line.split()[0] for line in lines if line[:1] not in ("", "#")}
    packages = TEXT.partition("Commands that are not there:")[2].partition("\n\n")[0]
    explained = set(re.findall(r"`([a-z-]+)`", packages))
    assert programs - {"sheetctl"} - OF_EVERY_SYSTEM <= explained


def test_every_setting_is_one_that_there_is() -> None:
    known = {f"[{key.table}] {key.name}" for key in keys()}
    named = set(re.findall(r"`(\[\w+\] \w+)`", TEXT))
    assert named
    assert named <= known


@pytest.mark.parametrize("text", [block for block in _blocks("toml") if "[scanners]" in block])
def test_every_configuration_is_accepted(text: str, tmp_path: Path) -> None:
    file = tmp_path / "sheetfed.toml"
    file.write_text(text, "utf-8")
    assert config.load(file) is not None


def test_the_preference_that_is_shown_is_the_shipped_one() -> None:
    (shown,) = [block for block in _blocks("toml") if "prefer" in block]
    (key,) = [key for key in keys() if key.dotted == "scanners.prefer"]
    assert f"prefer = {key.default}".replace("'", '"') in shown


def test_the_example_of_quirks_is_understood() -> None:
    (shown,) = [block for block in _blocks("toml") if "[[quirk]]" in block]
    read = quirkfile.parse(shown)
    assert read.problems == ()
    brother, fujitsu = read.quirks
    assert [row.meaning for row in brother.sources] == [
        PaperSource.FEEDER,
        PaperSource.FEEDER_DUPLEX,
    ]
    assert fujitsu.paper == ("page-width", "page-height")


def test_every_key_of_a_quirk_is_explained_and_no_other() -> None:
    table = TEXT.partition("| key | meaning |\n|---|---|\n")[2].partition("\n\n")[0]
    first = [row.split("|")[1] for row in table.splitlines()]
    explained = re.findall(r"`(\w+)`", " ".join(first))
    assert sorted(explained) == sorted(field.name for field in fields(quirkfile.Quirk))


def test_every_file_is_there_or_in_another_package() -> None:
    files = set(re.findall(r"/(?:etc/sane\.d|usr/share/sane)[\w./-]*\w", TEXT))
    missing = {file for file in files if not Path(file).exists()}
    assert files
    assert missing <= set(OTHER_PACKAGES)
    assert (ROOT / "daemon/sheetfed/devices/quirks").is_dir()
    assert Path("/etc/sheetfed/quirks.d") == config.Config().scanners.quirks_dir


def test_every_link_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}
    for target in re.findall(r"\]\(([^)]*)\)", TEXT):
        file, _, anchor = target.partition("#")
        assert not file or (GUIDE.parent / file).is_file(), target
        assert not anchor or anchor in anchors, target


def test_every_state_of_a_scanner_is_explained() -> None:
    rows = _said("A scanner's **state**:")
    said = {"quarantined": "quarantined with its backend", **explain.SCANNERS}
    assert set(said.values()) <= set(rows)


def _of_the_service() -> list[str]:
    """What the service says of backends that have trouble."""
    told = [
        {"signal": "SIGSEGV"},
        {"exit": 1},
        {"late": FORTY_TWO_S},
        {"excess": True},
        {"report": {"error": "Access to resource has been denied"}},
        {"report": {"devices": []}, "words": "load: dlopen() failed (no such file)"},
        {"report": {"devices": []}, "words": "load: couldn't find backend `a'"},
        {"report": {"devices": []}, "words": "init: initializing backend `a'"},
    ]
    read = [answers.read_answer({"backend": "a", "words": "", **one}) for one in told]
    quarantine = Quarantine(after=2)
    for _ in range(2):
        quarantine.survey_failed("a", "")
    held = quarantine.sentence("a")
    found = [Backend(answer.backend, answer.state, answer.message) for answer in read]
    return [_line(one) for one in [*found, Backend("a", BackendState.QUARANTINED, held)]]


def _line(backend: Backend) -> str:
    """What `sheetctl devices -vv` says of it."""
    told = {
        "name": backend.name,
        "state": backend.state.value,
        "message": backend.message,
        "scanners": 0,
    }
    manager = {"Backends": [told], "Hidden": []}
    ((_, facts),) = explain.everything(manager, {}, lists_all=True)
    return facts[0][1]


def test_every_sentence_about_a_backend_is_explained() -> None:
    rows = [re.escape(row).replace("…", ".+") for row in _said("A **backend**:")]
    ours = [_line(Backend("a", state)) for state in (BackendState.OK, BackendState.IN_USE)]
    said = [*ours, *_of_the_service()]
    assert [line for line in said if not any(re.fullmatch(row, line) for row in rows)] == []
    assert [row for row in rows if not any(re.fullmatch(row, line) for line in said)] == []


def test_every_reason_for_hiding_is_explained() -> None:
    rows = _said("A **hidden device**:")
    said = [words.format(pattern="…", scanner="…") for words in explain.HIDDEN.values()]
    assert rows == said


def test_the_manual_pages_and_the_readme_lead_to_the_guide() -> None:
    assert "docs/scanners.md" in (ROOT / "debian" / "sheetfed.docs").read_text("utf-8").split()
    for page in ("sheetctl.1", "sheetfed.8"):
        assert "/usr/share/doc/sheetfed/scanners.md.gz" in (ROOT / "debian" / page).read_text()
    assert "(docs/scanners.md)" in (ROOT / "README.md").read_text("utf-8")


async def test_the_list_that_is_shown_is_what_is_printed(
    sheetctl: Sheetctl, door: BusDoor, core: FakeCore
) -> None:
    epson = replace(
        DESK,
        id=ScannerId("s53f2c8a01b7e"),
        name="Reception",
        vendor="Epson",
        model="DS-530",
        device="epsonds:libusb:001:004",
        backend="epsonds",
        connection=Connection.USB,
        alternatives=("airscan:e0:Epson DS-530",),
    )
    core.devices.scanners[:] = [
        epson,
        replace(
            epson,
            id=ScannerId("s9d41e07c6a20"),
            name="LiDE 220",
            vendor="Canon",
            model="LiDE 220",
            device="genesys:libusb:001:007",
            backend="genesys",
            alternatives=(),
            is_available=False,
        ),
    ]
    core.devices.backends = [
        Backend("epsonds", BackendState.OK, scanners=1),
        Backend("airscan", BackendState.OK, scanners=1),
        Backend("genesys", BackendState.CRASHED, "its driver crashed (SIGSEGV)"),
        *(Backend(f"other{number}", BackendState.OK) for number in range(76)),
    ]
    core.devices.hidden = [
        HiddenDevice("v4l:/dev/video0", "Noname", "Webcam", HiddenBy.CONFIGURATION, "v4l:*"),
        HiddenDevice(
            "airscan:e0:Epson DS-530", "Epson", "DS-530", HiddenBy.DUPLICATE, scanner=epson.id
        ),
    ]
    feeder = replace(CAPABILITIES.sources[1], depths=(8,), resolution_range=(50, 600, 1))
    await core.scanners.refresh()
    core.scanners.learn(epson, Capabilities((feeder,)))
    ran = await sheetctl("devices", "--verbose")
    (shown,) = _blocks("console")
    command, _, printed = shown.partition("\n")
    assert command == "$ sheetctl devices --verbose"
    assert ran.out.decode() == printed
