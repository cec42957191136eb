"""Asker: on whose behalf something is done, for those who share out what all wait for."""

from contextvars import ContextVar

from sheetfed.core.model import Owner

ASKER: ContextVar[Owner | None] = ContextVar("asker", default=None)
"""Set by the doors for each request; tasks that a request begins are on the same behalf. None is
the service itself."""
