"""Sheetfed: the document scanners of this machine, for web pages and desktop programs."""

__version__ = "0.1.0"
