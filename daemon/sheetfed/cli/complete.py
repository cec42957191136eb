"""Complete: what a shell proposes for scanners, jobs and documents: those that there are."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from sheetfed.bus.contract import DOCUMENT, JOB, SCANNER
from sheetfed.cli import show
from sheetfed.cli.exits import Stop
from sheetfed.cli.follow import FINAL
from sheetfed.cli.remote import Remote, identity

ANSWER_DEADLINE_S: Final = 2.0

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_Words = Callable[[str, Mapping[str, Any]], tuple[str, str]]


def _completion(
    interface: str,
    words: _Words,
    *,
    is_proposed: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> Completion:
    def complete(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        bus = context.find_root().params.get("bus") or "system"
        try:
            found = asyncio.run(_managed(bus, interface))
        except (Stop, TimeoutError):
            return []
        told = (words(path, each) for path, each in found.items() if is_proposed(each))
        return [CompletionItem(word, help=what) for word, what in told if word.startswith(begun)]

    return complete


async def _managed(bus: str, interface: str) -> dict[str, dict[str, Any]]:
    async with asyncio.timeout(ANSWER_DEADLINE_S), Remote.on(bus) as remote:
        return await remote.managed(interface)


scanners: Final = _completion(SCANNER, lambda _, scanner: (scanner["Id"], scanner["Name"]))
jobs: Final = _completion(
    JOB,
    lambda path, job: (identity(path), f"{job['State']}, {show.pages(job['Pages'])}"),
    is_proposed=lambda job: job["State"] not in FINAL,
)
documents: Final = _completion(
    DOCUMENT,
    lambda path, document: (
        identity(path),
        f"{show.when(document['Created'])}, {show.pages(document['Pages'])}",
    ),
)
