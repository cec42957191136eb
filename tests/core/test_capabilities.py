"""Capabilities: what a scanner has, from its sources."""

from dataclasses import replace

from fakes.devices import CAPABILITIES
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import PaperSource


def test_a_scanner_with_a_flatbed_alone_has_neither_feeder_nor_duplex() -> None:
    flatbed = Capabilities(CAPABILITIES.sources[:1])
    assert not flatbed.has_feeder
    assert not flatbed.has_duplex


def test_a_duplex_feeder_is_a_feeder() -> None:
    source = replace(CAPABILITIES.sources[0], source=PaperSource.FEEDER_DUPLEX)
    both = Capabilities((CAPABILITIES.sources[0], source))
    assert both.has_feeder
    assert both.has_duplex
