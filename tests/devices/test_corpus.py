"""Corpus: the normal words do on every scanner of the corpus exactly what its file expects."""

from collections.abc import Sequence
from typing import Any

import pytest

from fakes.corpus import TREES, Tree, TreeDriver
from fakes.dialects import SHIPPED
from sheetfed.core import settings
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import Configured
from sheetfed.devices import words
from sheetfed.devices.capabilities import explore
from sheetfed.devices.deadlines import Deadlines
from sheetfed.devices.dialect import Dialect, Role
from sheetfed.devices.optionset import OptionSet
from sheetfed.devices.quirkfile import Quirk
from sheetfed.devices.quirks import dialect
from sheetfed.devices.setup import Setup

ENTRIES = [quirk for _, quirk in SHIPPED]
FEWEST_SCANNERS = 18
FEWEST_MAKERS = 9

per_tree = pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)


def spoken(tree: Tree, entries: Sequence[Quirk] = ENTRIES) -> Dialect:
    return dialect(entries, (), tree.scanner)


async def opened(driver: TreeDriver) -> OptionSet:
    options = OptionSet(worker=driver, deadlines=Deadlines())
    await options.load()
    return options


async def explored(tree: Tree, dialect: Dialect) -> list[dict[str, Any]]:
    """What a tree's `sources` would be."""
    return told(await explore(await opened(TreeDriver(tree)), dialect))


async def scanned(tree: Tree, dialect: Dialect, ask: dict[str, Any]) -> dict[str, Any]:
    """What one of a tree's `scans` would be."""
    driver = TreeDriver(tree)
    setup = Setup(options=await opened(driver), dialect=dialect)
    configured = await setup.apply(settings.parse(ask))
    return {"ask": ask, "set": plain(driver.was_set), **outcome(configured)}


def plain(values: Any) -> Any:
    """As JSON has it, with fractions as far as drivers tell them apart."""
    if isinstance(values, list | tuple):
        return [plain(value) for value in values]
    return round(values, 3) if isinstance(values, float) else values


def outcome(configured: Configured) -> dict[str, Any]:
    snapped = [[it.setting, it.asked, it.actual] for it in configured.snapped]
    return {
        "fed_from": configured.source.value,
        **({"snapped": plain(snapped)} if snapped else {}),
        **({"ignored": list(configured.ignored)} if configured.ignored else {}),
    }


def told(can: Capabilities) -> list[dict[str, Any]]:
    return [
        {
            "source": source.source.value,
            "modes": [mode.value for mode in source.modes],
            "depths": list(source.depths),
            **({"resolutions": list(source.resolutions)} if source.resolutions else {}),
            **(
                {"resolution_range": list(source.resolution_range)}
                if source.resolution_range
                else {}
            ),
            "area_mm": plain(source.area_mm),
        }
        for source in can.sources
    ]


def test_the_corpus_has_many_scanners_of_many_makers() -> None:
    assert len(TREES) >= FEWEST_SCANNERS
    assert len({tree.scanner.vendor.casefold() for tree in TREES}) >= FEWEST_MAKERS


@per_tree
async def test_what_each_source_can_do_is_what_is_expected(tree: Tree) -> None:
    assert await explored(tree, spoken(tree)) == tree.expect["sources"]


@per_tree
async def test_asking_what_a_scanner_can_do_leaves_it_as_it_was(tree: Tree) -> None:
    driver = TreeDriver(tree)
    before = driver.values
    await explore(await opened(driver), spoken(tree))
    assert driver.values == before


@per_tree
async def test_each_scan_sets_what_is_expected_in_this_order(tree: Tree) -> None:
    scans = [await scanned(tree, spoken(tree), scan["ask"]) for scan in tree.expect["scans"]]
    assert scans == tree.expect["scans"]


@per_tree
def test_every_source_in_every_mode_is_scanned_with_an_a4_area(tree: Tree) -> None:
    expected = {
        (source["source"], mode) for source in tree.expect["sources"] for mode in source["modes"]
    }
    common = {"resolution", "depth", "page_size", "brightness"}
    asked = [scan["ask"] for scan in tree.expect["scans"] if common <= scan["ask"].keys()]
    assert {(ask["paper_source"], ask["mode"]) for ask in asked} == expected
    assert all(ask["page_size"] == "A4" for ask in asked)


@per_tree
def test_no_word_of_a_source_or_mode_is_without_meaning_unless_it_is_said(tree: Tree) -> None:
    dialect = spoken(tree)
    tables = ((Role.SOURCE, dialect.sources), (Role.MODE, dialect.modes))
    without = {
        option["name"]: [
            word for word in option["constraint"] if words.meaning(table, word) is None
        ]
        for role, table in tables
        for option in tree.options
        if option.get("name") in dialect.names[role]
    }
    lost = {name: those for name, those in without.items() if those}
    assert lost == tree.expect.get("none", {})


@pytest.mark.parametrize(
    "number",
    range(len(SHIPPED)),
    ids=[f"{name}-{number}" for number, (name, _) in enumerate(SHIPPED)],
)
async def test_without_any_one_entry_some_scanner_is_not_understood(number: int) -> None:
    entries = [*ENTRIES[:number], *ENTRIES[number + 1 :]]
    for tree in TREES:
        dialect = spoken(tree, entries)
        if dialect == spoken(tree):
            continue
        if await explored(tree, dialect) != tree.expect["sources"]:
            return
        for scan in tree.expect["scans"]:
            if await scanned(tree, dialect, scan["ask"]) != scan:
                return
    pytest.fail(f"nothing needs the entry: {ENTRIES[number].reason}")


def test_every_entry_says_for_what_reason_it_is_there() -> None:
    for name, quirk in SHIPPED:
        assert quirk.reason.strip(), name
