"""Descriptors: those that are nobody else's to close."""

import os
from collections.abc import Iterable


def close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
