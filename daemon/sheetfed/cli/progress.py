"""Progress: a bar on standard error, where that is a terminal."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from sheetfed.cli import show


class _Bar:
    def __init__(self, words: str, *, is_shown: bool) -> None:
        console = Console(file=sys.stderr)
        self._is_shown = is_shown and console.is_terminal
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(words, total=100)

    def __enter__(self) -> Self:
        self.go_on()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.pause()

    def pause(self) -> None:
        """Make room for a question."""
        if self._is_shown:
            self._progress.stop()

    def go_on(self) -> None:
        if self._is_shown:
            self._progress.start()


class ScanBar(_Bar):
    """Pages so far, and how much of the present one is read."""

    def __init__(self, *, is_shown: bool) -> None:
        super().__init__("waiting", is_shown=is_shown)

    def tell(self, *, state: str, pages: int, percent: int, position: int) -> None:
        words = f"{state}, {show.pages(pages)}"
        if state == "queued" and position:
            words = f"queued behind {position}"
        self._progress.update(self._task, description=words, completed=percent)


class TaskBar(_Bar):
    """How much of a long call's work is done."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing, is_shown=True)

    def tell(self, percent: int) -> None:
        self._progress.update(self._task, completed=percent)
