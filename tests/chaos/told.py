"""Told: what one writer of a document was told of it, and what may be true of it therefore.

A call whose answer never came may have been done or not; one that was refused was not.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Order = tuple[str, ...]
Edits = list[dict[str, Any]]
NEW = "?"
"""In an order: a page that nobody has named yet."""


class Violation(Exception):
    """Something that was told is not so."""


class Refused(Exception):
    """The daemon said no; `job` is the scan that this is about."""

    def __init__(self, code: str, what: str = "", job: str | None = None) -> None:
        super().__init__(code)
        self.what = what
        self.job = job


class Broken(Exception):
    """No answer came."""


def require(holds: object, sentence: str) -> None:
    if not holds:
        raise Violation(sentence)


@dataclass(slots=True)
class Book:
    """One document that has one writer."""

    name: str
    document: str | None = None
    orders: list[Order] = field(default_factory=lambda: [()])
    heard: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    edits: dict[str, Edits] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    before: dict[str, tuple[Edits, int]] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, list[str]] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        """As it was read last."""
        return self.orders[0]

    @property
    def told(self) -> set[str]:
        """Pages that have to be there."""
        certain = set.intersection(*(set(order) for order in self.orders))
        return (certain | set(self.heard)) - self.removed - {NEW}

    @contextmanager
    def change(self, after: Callable[[Order], Order]) -> Iterator[None]:
        before = self.orders
        changed = [after(order) for order in before]
        self.orders = before + [order for order in changed if order not in before]
        try:
            yield
        except Refused:
            self.orders = before
            raise
        self.orders = changed
        gone = {page for order in before for page in order}
        self.removed |= gone - {page for order in changed for page in order} - {NEW}

    @contextmanager
    def edit(self, page: str, step: int) -> Iterator[None]:
        """An edit is added to what is applied to the page (1), or the last one is undone (-1)."""
        before = None if page in self.steps or page in self.before else self.edits.get(page)
        self.steps[page] = step
        try:
            yield
        except Refused:
            if before is not None:
                del self.steps[page]
            raise
        self.steps.pop(page, None)
        self.before.pop(page, None)
        self.edits.pop(page, None)
        if before is not None:
            self.before[page] = (before, step)

    def hear_added(self, page: str, job: str | None) -> None:
        if job is not None and page not in self.jobs.setdefault(job, []):
            self.jobs[job].append(page)
        if page not in self.known and page not in self.heard:
            self.heard.append(page)

    def hear_removed(self, page: str) -> None:
        self.removed.add(page)

    def read(self, pages: Sequence[str], heard: Sequence[str]) -> None:
        """The daemon said that these are its pages; `heard` before it was asked."""
        observed = tuple(pages)
        require(len(set(observed)) == len(observed), f"{self.name}: a page is there twice")
        back = self.removed & set(observed)
        require(not back, f"{self.name}: removed pages are back: {back}")
        fits = [order for order in self.orders if self._fits(order, observed, heard)]
        require(
            fits,
            f"{self.name}: its pages are {observed}; told were {self.orders}, then {heard}",
        )
        self.orders = [observed]
        self.known |= set(observed)
        self.heard = [page for page in self.heard if page not in observed]

    def read_edits(self, page: str, edits: Edits) -> None:
        told, step = self.edits.get(page), self.steps.pop(page, 0)
        done, by = self.before.pop(page, (None, 0))
        is_right = (
            (told is None and (done is None or _follows(edits, done, by)))
            or edits == told
            or (told is not None and step and _follows(edits, told, step))
        )
        require(
            is_right,
            f"{self.name}: {page} has the edits {edits}; told were {told}, {done}, {step or by}",
        )
        self.edits[page] = edits

    def _fits(self, order: Order, observed: Order, heard: Sequence[str]) -> bool:
        """The order, then pages that are new, among them those that were heard of, in turn."""
        first, rest = observed[: len(order)], observed[len(order) :]
        if len(first) != len(order):
            return False
        for told, there in zip(order, first, strict=True):
            if there in self.known if told == NEW else there != told:
                return False
        missed = [page for page in heard if page not in first and page not in self.removed]
        return not self.known & set(rest) and [page for page in rest if page in missed] == missed


def _follows(edits: Edits, before: Edits, step: int) -> bool:
    return edits == before[:-1] if step < 0 else edits[:-1] == before and bool(edits)
