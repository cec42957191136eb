"""Door: the service on the message bus, from connecting to leaving."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from dbus_next.constants import NameFlag, RequestNameReply

from sheetfed.bus import contract as contracts
from sheetfed.bus.authority import Authority
from sheetfed.bus.connection import BusUnreachable, Connection
from sheetfed.bus.context import Context
from sheetfed.bus.contract import NAME
from sheetfed.bus.exporter import Exporter
from sheetfed.bus.herald import Herald
from sheetfed.bus.polkit import Polkit
from sheetfed.bus.post import Post
from sheetfed.bus.refusal import Refusal
from sheetfed.bus.tree import Tree
from sheetfed.core.model import Caller, Holder

log = logging.getLogger(__name__)


class NameRefused(Exception):
    """The bus does not give us our name; the text says why and what to do."""


class BusDoor:
    """`bus` is "system", "session" or an address; `lost` is called when the bus goes away."""

    def __init__(
        self,
        *,
        bus: str,
        contract_folder: Path,
        context: Context,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._bus = bus
        self._contract_folder = contract_folder
        self._context = context
        self._lost = lost
        self._connection: Connection | None = None
        self._authority: Authority | None = None
        self._exporter: Exporter | None = None
        self._herald: Herald | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Own the name and answer. Raises ContractMissing, BusUnreachable or NameRefused."""
        contract = await asyncio.to_thread(contracts.load, self._contract_folder)
        self._connection = connection = await Connection.open(self._bus)
        try:
            self._authority = authority = Authority(
                connection=connection,
                trusts_own_user=self._bus != "system",
                polkit=Polkit(connection),
                left=self._caller_left,
            )
            tree = Tree(self._context)
            self._exporter = Exporter(
                connection=connection, contract=contract, authority=authority, tree=tree
            )
            self._herald = Herald(
                context=self._context,
                contract=contract,
                tree=tree,
                post=Post(connection=connection, authority=authority),
            )
            connection.add_message_handler(self._exporter.handle)
            self._context.units.connect(connection)
            await authority.start()
            self._herald.start()
            self._watching = asyncio.create_task(self._watch(connection))
            await self._own_name(connection)
        except Refusal as error:
            await self.close()
            raise BusUnreachable(f"the message bus refused us: {error.text}") from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Leave the bus; what is being answered is given up. A second time is no error."""
        if self._herald is not None:
            await self._herald.close()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        if self._exporter is not None:
            await self._exporter.close()
        if self._authority is not None:
            await self._authority.close()
        await self._context.looks.close()
        await self._context.tasks.close()
        await self._context.held.close()
        if self._connection is not None:
            await self._connection.close()

    async def _own_name(self, connection: Connection) -> None:
        flags = NameFlag.DO_NOT_QUEUE.value
        try:
            reply = await connection.ask("RequestName", "su", [NAME, flags])
        except Refusal as error:
            raise NameRefused(
                f"the message bus does not let this user own {NAME}: {error.text}; "
                "the bus policy is missing, or this is not the user sheetfed"
            ) from error
        if reply.body[0] != RequestNameReply.PRIMARY_OWNER.value:
            raise NameRefused(f"another process owns {NAME}: the service is running already")

    def _caller_left(self, caller: Caller) -> None:
        """Its leases end with it, and so do its jobs that have not begun."""
        self._context.core.sessions.left(Holder(caller.owner, caller.connection))
        self._context.core.jobs.left(caller.connection)

    async def _watch(self, connection: Connection) -> None:
        await connection.gone()
        log.error("the connection to the message bus is gone; D-Bus clients reach us no more")
        self._lost()
