"""Selections: which scanner a holder means when it names none."""

from typing import Final

from sheetfed.core.model import Holder, Owner, ScannerId

HOLDERS_AT_MOST: Final = 100
"""Holders of one owner whose selection is remembered; the latest are."""


class Selections:
    """Kept in memory: after a restart every page selects again."""

    def __init__(self) -> None:
        self._of: dict[Owner, dict[str, ScannerId]] = {}

    def put(self, holder: Holder, scanner: ScannerId) -> None:
        names = self._of.setdefault(holder.owner, {})
        names.pop(holder.name, None)
        names[holder.name] = scanner
        if len(names) > HOLDERS_AT_MOST:
            del names[next(iter(names))]

    def get(self, holder: Holder) -> ScannerId | None:
        return self._of.get(holder.owner, {}).get(holder.name)

    def forget(self, holder: Holder) -> None:
        names = self._of.get(holder.owner, {})
        names.pop(holder.name, None)
        if not names:
            self._of.pop(holder.owner, None)
