"""Naming: what a page's files are called, which says nothing about the page."""

from hashlib import blake2s

from sheetfed.core.model import PageId


def file_name(page: PageId) -> str:
    """32 hexadecimal digits: the BLAKE2s digest, of 16 bytes, of the page's id."""
    return blake2s(page.encode(), digest_size=16).hexdigest()
