"""Operating: what a holder does with a scanner between jobs: open it, read and set its options."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from sheetfed.core.access import Access
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.deviceports import Device, Devices
from sheetfed.core.model import Caller, Holder, OptionAsked
from sheetfed.core.options import Option, Outcome
from sheetfed.core.permissions import Permission
from sheetfed.core.scanner import Scanner
from sheetfed.core.scanners import Scanners
from sheetfed.core.session import Ended, Session
from sheetfed.core.sessions import Sessions

_Result = TypeVar("_Result")


class Operating:
    """By the holder's session on the scanner; what only reads needs none."""

    def __init__(
        self, *, devices: Devices, scanners: Scanners, sessions: Sessions, access: Access
    ) -> None:
        self._devices = devices
        self._scanners = scanners
        self._sessions = sessions
        self._access = access

    async def open(self, caller: Caller, holder: Holder, scanner: Scanner) -> None:
        """Lease the scanner and open its device; one that is open already is no error.

        Raises NotAllowed, ScannerBusy, TooMany, ShuttingDown, and what opening raises.
        """
        await self._access.require(caller, Permission.SCAN)
        session = self._sessions.of(holder, scanner)
        if session is None or not session.has_job:
            await self._on_session(caller, holder, scanner, lambda session: session.call(_nothing))

    async def options(self, caller: Caller, holder: Holder, scanner: Scanner) -> tuple[Option, ...]:
        """The scanner's options, as the holder's session has set them if it has one.

        Raises NotAllowed, ScannerBusy, and what the device raises.
        """
        await self._access.require(caller, Permission.SCAN)
        while (session := self._sessions.of(holder, scanner)) is not None:
            with suppress(Ended):
                return await session.call(_options)
            await self._require_still(caller)
        return await self._options_briefly(scanner)

    async def set_options(
        self, caller: Caller, holder: Holder, scanner: Scanner, asked: Mapping[str, OptionAsked]
    ) -> tuple[tuple[Outcome, ...], tuple[Option, ...]]:
        """Set these for the holder's jobs to come, opening a session when there is none.

        What became of each in the order given, and all options as they are then. Raises as
        `open` does.
        """
        await self._access.require(caller, Permission.SCAN)
        return await self._on_session(
            caller, holder, scanner, lambda session: session.set_options(asked)
        )

    async def capabilities(self, caller: Caller, holder: Holder, scanner: Scanner) -> Capabilities:
        """What the scanner can do; the holder's own session is not in the way.

        Raises NotAllowed, ScannerBusy, and what the device raises.
        """
        await self._access.require(caller, Permission.SCAN)
        known = self._scanners.known_capabilities(scanner.id)
        while known is None and (session := self._sessions.of(holder, scanner)) is not None:
            with suppress(Ended):
                found = await session.capabilities()
                self._scanners.learn(scanner, found)
                return found
            await self._require_still(caller)
            known = self._scanners.known_capabilities(scanner.id)
        return known or await self._scanners.capabilities(scanner)

    async def _on_session(
        self,
        caller: Caller,
        holder: Holder,
        scanner: Scanner,
        work: Callable[[Session], Awaitable[_Result]],
    ) -> _Result:
        while True:
            before, session = self._sessions.held_by(holder), self._sessions.of(holder, scanner)
            is_new = session is None
            session = session or self._sessions.begin(caller, holder, scanner)
            try:
                if is_new and before is not None:
                    await before.end()
                return await work(session)
            except Ended:
                await self._require_still(caller)
            except BaseException as error:
                if is_new and self._sessions.of(holder, scanner) is session:
                    self._sessions.end(holder, f"its first call failed: {error!r}", logging.DEBUG)
                raise

    async def _require_still(self, caller: Caller) -> None:
        """Who waited in vain goes on anew, but not when that was because of a lost permission."""
        await self._access.require(caller, Permission.SCAN)

    async def _options_briefly(self, scanner: Scanner) -> tuple[Option, ...]:
        lease = self._scanners.claim(scanner, brief=True)
        try:
            await lease.held()
            device = await self._devices.open(scanner)
            try:
                return tuple(await device.options())
            finally:
                await device.close()
        finally:
            lease.release()


async def _nothing(_: Device) -> None:
    """To have opened it is all."""


async def _options(device: Device) -> tuple[Option, ...]:
    return tuple(await device.options())
