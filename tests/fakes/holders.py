"""Holders: short words for a test whose pages and programs hold scanners between jobs."""

from dataclasses import dataclass, replace

from fakes.core import ALICE_ON_THE_WEB, BOB, FakeCore
from fakes.devices import DESK
from fakes.gate import idle
from sheetfed.core.capabilities import Capabilities
from sheetfed.core.model import Caller, Holder, InstanceId, OptionAsked
from sheetfed.core.options import Option, Outcome
from sheetfed.core.scanner import Scanner

ONE, TWO = InstanceId("one"), InstanceId("two")
ON_THE_BUS = replace(BOB, connection=":1.7")


@dataclass(frozen=True, slots=True)
class Visit:
    """A caller under one name, at a core."""

    core: FakeCore
    caller: Caller = ALICE_ON_THE_WEB
    name: str = ONE

    @property
    def holder(self) -> Holder:
        return Holder(self.caller.owner, self.name)

    async def open(self, scanner: Scanner = DESK) -> None:
        await self.core.operating.open(self.caller, self.holder, scanner)

    async def close(self) -> None:
        await self.core.sessions.close(self.holder)

    async def options(self, scanner: Scanner = DESK) -> dict[str, Option]:
        found = await self.core.operating.options(self.caller, self.holder, scanner)
        return {option.name: option for option in found}

    async def capabilities(self, scanner: Scanner = DESK) -> Capabilities:
        return await self.core.operating.capabilities(self.caller, self.holder, scanner)

    async def set(self, scanner: Scanner = DESK, **asked: OptionAsked) -> list[Outcome]:
        """Underscores in names stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in asked.items()}
        outcomes, _ = await self.core.operating.set_options(
            self.caller, self.holder, scanner, named
        )
        return list(outcomes)

    def call(self) -> None:
        """Make a call, of whatever kind."""
        with self.core.sessions.present(self.holder):
            pass

    def has(self, scanner: Scanner = DESK) -> bool:
        return self.core.sessions.of(self.holder, scanner) is not None

    async def rest(self, seconds: float) -> None:
        """Let so much time pass for the core's sessions."""
        await idle()
        self.core.session_clock.advance(seconds)
        await idle()


def program(core: FakeCore) -> Visit:
    """A program on the bus."""
    return Visit(core, ON_THE_BUS, ON_THE_BUS.connection)
