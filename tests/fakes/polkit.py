"""Polkit: a small one of a test's own, and the real one with our actions, on a private bus."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from dbus_next.constants import MessageType
from dbus_next.message import Message

from sheetfed.bus import polkit
from sheetfed.bus.actions import Action
from sheetfed.bus.connection import Connection

POLITE: Final = 1
ACTIONS: Final = Path(__file__).parents[2] / "dbus" / "org.sheetfed1.policy"
_POLKITD: Final = "/usr/lib/polkit-1/polkitd"
_START: Final = """
mount --bind "$1/actions" /usr/share/polkit-1/actions
mount --bind "$1/rules" /etc/polkit-1/rules.d
exec {program}
"""


class FakePolkit:
    """Answers as polkit does; the person at the screen is a test."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.allowed: set[Action] = set()
        """What everybody may."""
        self.with_password: set[Action] = set()
        """What everybody may who gives the password."""
        self.is_hung = False
        self.fault = ""
        """The name of the error that every question is answered with."""
        self.has_agent = True
        """Whether there is somebody to ask."""
        self.asked: list[tuple[str, str, int]] = []
        """Of every question the subject, the action and the flags."""
        self.canceled: list[str] = []
        self.dialogs: dict[str, Message] = {}
        self._moved = asyncio.Event()
        connection.add_message_handler(self._handle)

    async def shown(self) -> None:
        """Wait until somebody is asked for a password."""
        await self.until(lambda: bool(self.dialogs))

    async def closed(self) -> None:
        """Wait until nobody is asked any more."""
        await self.until(lambda: not self.dialogs)

    def give_password(self) -> None:
        for cancellation, call in list(self.dialogs.items()):
            del self.dialogs[cancellation]
            self._answer(call, is_authorized=True)

    def mistype_password(self) -> None:
        for cancellation, call in list(self.dialogs.items()):
            del self.dialogs[cancellation]
            self._answer(call)

    def dismiss(self) -> None:
        for cancellation, call in list(self.dialogs.items()):
            del self.dialogs[cancellation]
            self._answer(call, is_challenge=True, details={"polkit.dismissed": "true"})

    def change(self, *allowed: Action) -> None:
        """Other rules hold from now on, and polkit says that there are some."""
        self.allowed = set(allowed)
        self._connection.send(
            Message(
                message_type=MessageType.SIGNAL,
                path=polkit.PATH,
                interface=polkit.INTERFACE,
                member="Changed",
            )
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self._moved.clear()
                await self._moved.wait()

    def _handle(self, message: Message) -> bool:
        if message.interface != polkit.INTERFACE or message.destination != polkit.NAME:
            return False
        self._moved.set()
        if message.member == "CancelCheckAuthorization":
            (cancellation,) = message.body
            self.canceled.append(cancellation)
            self.dialogs.pop(cancellation, None)
            return True
        (kind, details), action, _, flags, cancellation = message.body
        assert (message.member, kind) == ("CheckAuthorization", "system-bus-name")
        self.asked.append((details["name"].value, action, flags))
        if self.is_hung:
            return True
        if self.fault:
            inner = "uid=0 pid=1 comm=somebody"
            self._connection.send(Message.new_error(message, self.fault, inner))
            return True
        can_ask = action in self.with_password
        if can_ask and self.has_agent and flags & POLITE:
            self.dialogs[cancellation] = message
        else:
            self._answer(message, is_authorized=action in self.allowed, is_challenge=can_ask)
        return True

    def _answer(
        self,
        call: Message,
        *,
        is_authorized: bool = False,
        is_challenge: bool = False,
        details: dict[str, str] | None = None,
    ) -> None:
        body = [[is_authorized, is_challenge and not is_authorized, details or {}]]
        self._connection.send(Message.new_method_return(call, "(bba{ss})", body))


@asynccontextmanager
async def polkit_on(address: str) -> AsyncIterator[FakePolkit]:
    connection = await Connection.open(address)
    try:
        fake = FakePolkit(connection)
        await connection.ask("RequestName", "su", [polkit.NAME, 0])
        yield fake
    finally:
        await connection.close()


def can_run_polkitd() -> bool:
    """It has its folders' names built in, so that it needs a mount namespace of its own."""
    return (
        os.getuid() == 0
        and Path(_POLKITD).exists()
        and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0
    )


@contextmanager
def polkitd_on(address: str, folder: Path, *, script: str = "") -> Iterator[None]:
    """The real one; `script` are rules of polkit(8)."""
    for name in ("actions", "rules"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ACTIONS, folder / "actions")
    (folder / "rules" / "10-test.rules").write_text(script)
    for path in (*folder.glob("*"), *folder.glob("*/*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-ec", _START.format(program=_POLKITD), "polkitd", folder],
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    while "Acquired the name" not in said:
        line = process.stdout.readline()
        assert line, f"polkitd did not start: {said}"
        said += line
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
