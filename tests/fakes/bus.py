"""A message bus of a test's own with the policy we ship, and clients on it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from typing import Any
from uuid import uuid4

from dbus_next.auth import AuthExternal
from dbus_next.constants import MessageType
from dbus_next.message import Message

from fakes.core import FakeCore
from fakes.incoming import FolderIncoming
from sheetfed.bus import values
from sheetfed.bus.connection import Connection
from sheetfed.bus.context import Context, Service
from sheetfed.bus.contract import MANAGER, NAME, ROOT, TASK
from sheetfed.bus.door import BusDoor
from sheetfed.bus.https import Https
from sheetfed.bus.tasks import Tasks
from sheetfed.share import contract_folder

NOBODY = 65534
DBUS = "org.freedesktop.DBus"
WAIT_DEADLINE_S = 5.0
CONTRACT = contract_folder()
POLICY = Path(__file__).parents[2] / "dbus" / "org.sheetfed1.conf"

# What Debian's /usr/share/dbus-1/system.conf says, as far as it matters here.
SYSTEM_POLICY = """\
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
"""
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:abstract={name}</listen>
  <auth>EXTERNAL</auth>
{system_policy}  <include>{policy}</include>
  <policy user="{user}">
    <allow own="org.sheetfed1"/>
    <allow own="org.freedesktop.PolicyKit1"/>
    <allow own="org.freedesktop.systemd1"/>
  </policy>
  <policy user="polkitd"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <policy context="default">
    <allow send_destination="org.freedesktop.PolicyKit1"/>
    <allow send_destination="org.freedesktop.systemd1"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """A real dbus-daemon."""

    def __init__(self, folder: Path, name: str = "") -> None:
        self._name = name or f"sheetfed-test-{uuid4().hex}"
        self._config = folder / "bus.conf"
        self._config.write_text(
            _CONFIG.format(
                name=self._name, policy=POLICY, system_policy=SYSTEM_POLICY, user=getuser()
            ),
            "utf-8",
        )
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"unix:abstract={self._name}"

    def start(self) -> None:
        """Returns when it listens."""
        self._process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self._config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "dbus-daemon did not start"

    def freeze(self) -> None:
        """It reads nothing until it is thawed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@contextmanager
def private_bus(folder: Path) -> Iterator[PrivateBus]:
    bus = PrivateBus(folder)
    bus.start()
    try:
        yield bus
    finally:
        bus.stop()


class As(AuthExternal):
    """Says it is this user; the kernel has to agree."""

    def __init__(self, uid: int) -> None:
        super().__init__()
        self._uid = uid

    def _authentication_start(self, negotiate_unix_fd: bool = False) -> str:
        super()._authentication_start(negotiate_unix_fd)
        return f"AUTH EXTERNAL {str(self._uid).encode().hex()}"


class Client:
    """A D-Bus program: calls, and every signal that reaches it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.signals: list[Message] = []
        self._came = asyncio.Event()
        connection.add_message_handler(self._hear)

    def _hear(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.interface != DBUS:
            self.signals.append(message)
            self._came.set()

    async def call(
        self,
        member: str,
        signature: str = "",
        *body: Any,
        path: str = ROOT,
        interface: str = MANAGER,
        may_ask: bool = False,
    ) -> Any:
        """What it returns, without variants."""
        reply = await self.ask(
            member, signature, *body, path=path, interface=interface, may_ask=may_ask
        )
        return values.plain(reply.body[0]) if reply.body else None

    async def ask(
        self,
        member: str,
        signature: str = "",
        *body: Any,
        path: str = ROOT,
        interface: str = MANAGER,
        files: Iterable[int] = (),
        may_ask: bool = False,
    ) -> Message:
        return await self.connection.ask(
            *(member, signature, body),
            destination=NAME,
            path=path,
            interface=interface,
            files=files,
            may_ask=may_ask,
        )

    async def get(self, path: str, interface: str, name: str) -> Any:
        return await self.call(
            "Get", "ss", interface, name, path=path, interface=f"{DBUS}.Properties"
        )

    async def get_all(self, path: str, interface: str) -> Any:
        return await self.call("GetAll", "s", interface, path=path, interface=f"{DBUS}.Properties")

    async def managed(self) -> Any:
        return await self.call("GetManagedObjects", interface=f"{DBUS}.ObjectManager")

    async def ended(self, task: str) -> Any:
        """Wait for the end of a task; its properties then."""
        await self.heard("Finished", lambda signal: signal.path == task)
        return await self.get_all(task, TASK)

    async def read(
        self, member: str, signature: str, *body: Any, path: str, interface: str
    ) -> bytes:
        """The content of the file that the call returns."""
        reply = await self.ask(member, signature, *body, path=path, interface=interface)
        (descriptor,) = reply.unix_fds
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    async def heard(
        self, member: str, matches: Callable[[Message], bool] = lambda _: True
    ) -> Message:
        """Wait for such a signal, one that came already included."""
        async with asyncio.timeout(WAIT_DEADLINE_S):
            while True:
                for heard in self.signals:
                    if heard.member == member and matches(heard):
                        return heard
                self._came.clear()
                await self._came.wait()


@asynccontextmanager
async def client_on(address: str, uid: int | None = None) -> AsyncIterator[Client]:
    """A client that subscribes to all signals; as another user, which only root can."""
    if uid is None:
        connection = await Connection.open(address)
    else:
        os.seteuid(uid)
        try:
            connection = Connection(bus_address=address, negotiate_unix_fd=True, auth=As(uid))
        finally:
            os.seteuid(0)
        await connection.connect()
    client = Client(connection)
    await connection.add_match("type='signal'")
    try:
        yield client
    finally:
        await connection.close()


NO_HTTPS = Https(source="off")


@dataclass
class FakeService:
    """The daemon around the core, as Manager sees it."""

    level: str = "info"
    reloads: int = 0
    fault: Exception | None = None
    answer_deadline_s: float = 10.0
    endpoints: Sequence[str] = ("http://127.0.0.1:18622",)
    https: Https = NO_HTTPS

    async def reload(self) -> None:
        self.reloads += 1
        if self.fault is not None:
            raise self.fault

    def set_level(self, level: str) -> None:
        self.level = level

    def context(self, core: FakeCore) -> Context:
        return Context(
            core=core.services(FolderIncoming(core.cache.folder)),
            service=Service(
                version="1.2.3",
                endpoints=lambda: self.endpoints,
                https=lambda: self.https,
                store_bytes=core.stored_bytes,
                store_limit_bytes=lambda: 20 << 30,
                store_owner_limit_bytes=lambda: 10 << 30,
                store_min_free_bytes=lambda: 512 << 20,
                store_folder=core.cache.folder,
                configuration=lambda: {"http.listen": ["127.0.0.1:18622"]},
                log_level=lambda: self.level,
                set_log_level=self.set_level,
                reload=self.reload,
            ),
            file_at_most_bytes=1 << 20,
            tasks=Tasks(clock=core.clock, answer_deadline_s=self.answer_deadline_s),
        )


@asynccontextmanager
async def door_on(address: str, core: FakeCore, service: FakeService) -> AsyncIterator[BusDoor]:
    door = BusDoor(bus=address, contract_folder=CONTRACT, context=service.context(core))
    await door.start()
    try:
        yield door
    finally:
        await door.close()
