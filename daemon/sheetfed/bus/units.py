"""Units: what systemd says of the service's own units."""

from collections.abc import Mapping
from typing import Final

from sheetfed.bus import values
from sheetfed.bus.connection import Connection
from sheetfed.bus.refusal import Refusal

NAMES: Final = ("sheetfed.service", "sheetfed.socket", "sheetfed-certificates.service")
TOLD: Final = (
    "LoadState",
    "ActiveState",
    "SubState",
    "UnitFileState",
    "Result",
    "NRestarts",
    "StatusText",
    "MemoryCurrent",
    "MemoryPeak",
    "TasksCurrent",
)
ANSWER_DEADLINE_S: Final = 5.0

_NOT_COUNTED: Final = 2**64 - 1
"""What systemd says of a number that it does not know."""

_SYSTEMD: Final = "org.freedesktop.systemd1"
_PATH: Final = "/org/freedesktop/systemd1"


class Units:
    """Of a bus without systemd nothing is known."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def connect(self, connection: Connection) -> None:
        self._connection = connection

    async def told(self) -> Mapping[str, object]:
        """Each unit's properties, or why they are not known."""
        return {name: await self._of(name) for name in NAMES}

    async def _of(self, name: str) -> object:
        if self._connection is None:
            return "not on a message bus"
        try:
            reply = await self._ask(_PATH, f"{_SYSTEMD}.Manager", "LoadUnit", "s", name)
            found = await self._ask(
                str(reply), "org.freedesktop.DBus.Properties", "GetAll", "s", ""
            )
        except Refusal as error:
            return error.text
        assert isinstance(found, dict)
        return {word: found[word] for word in TOLD if found.get(word, _NOT_COUNTED) != _NOT_COUNTED}

    async def _ask(
        self, path: str, interface: str, member: str, signature: str, argument: str
    ) -> object:
        assert self._connection is not None
        reply = await self._connection.ask(
            member,
            signature,
            [argument],
            destination=_SYSTEMD,
            path=path,
            interface=interface,
            timeout_s=ANSWER_DEADLINE_S,
        )
        return values.plain(reply.body[0])
