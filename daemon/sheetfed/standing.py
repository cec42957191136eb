"""Standing: how the service is, in the one line that `systemctl status` shows."""

import logging
from collections.abc import Callable, Sequence

from sheetfed.host.notify import Notifier

Told = Callable[[], Sequence[str]]

log = logging.getLogger(__name__)


class Standing:
    """What is served, and what a person who looks at the running service should know."""

    def __init__(self, *, notifier: Notifier, endpoints: Told, troubles: Sequence[Told]) -> None:
        self._notifier = notifier
        self._endpoints = endpoints
        self._troubles = tuple(troubles)
        self.is_ready = False
        self._is_stopping = False

    def announce(self) -> None:
        """The start is done."""
        self.is_ready = True
        log.info("ready: %s", self._text())
        self._notifier.ready(f"Serving {self._text()}")

    def changed(self) -> None:
        """Some of it may be another."""
        if self.is_ready and not self._is_stopping:
            self._notifier.status(f"Serving {self._text()}")

    def reloading(self) -> None:
        self._notifier.reloading()

    def reloaded(self) -> None:
        """Done with it, well or not."""
        self._notifier.ready(f"Serving {self._text()}")

    def stopping(self, text: str) -> None:
        self._is_stopping = True
        self._notifier.stopping()
        self._notifier.status(text)

    def _text(self) -> str:
        troubles = [trouble for told in self._troubles for trouble in told() if trouble]
        return "; ".join([" ".join(self._endpoints()), *troubles])
