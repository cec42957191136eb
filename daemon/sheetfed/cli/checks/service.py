"""Service: whether it runs, and what it needs beside it."""

from collections.abc import Iterable
from typing import Final

from sheetfed.bus.contract import MANAGER, ROOT
from sheetfed.bus.refusal import Refusal
from sheetfed.cli import systemd
from sheetfed.cli.diagnosis import Diagnosis, Trouble
from sheetfed.cli.remote import Remote

CHECK: Final = "service"
POLKIT: Final = "org.freedesktop.PolicyKit1"

_START: Final = (
    "`systemctl start sheetfed` starts it, `journalctl -u sheetfed -n 30` says why it ended."
)
_CONNECT: Final = (
    "It runs without the message bus: `systemctl restart sheetfed` has it connect again."
)


async def check(remote: Remote, *, needs_polkit: bool) -> list[Diagnosis]:
    """Asking for its version starts a service that does not run yet."""
    try:
        version = await remote.get(ROOT, MANAGER, "Version")
    except Refusal as error:
        unit = await remote.unit(systemd.SERVICE)
        told = [unit.get(name) for name in ("LoadState", "ActiveState", "Result")]
        if unit.get("ActiveState") == "active":
            told.append(unit.get("StatusText"))
        known = f" (systemd: {', '.join(filter(None, told))})" if unit else ""
        advice = _CONNECT if unit.get("ActiveState") == "active" else _START
        return [Diagnosis(CHECK, f"{error.text}{known}", Trouble.NOT_RUNNING, advice)]
    found = [Diagnosis(CHECK, f"version {version} runs")]
    return [*found, await _polkit(remote)] if needs_polkit else found


def no_bus(text: str) -> Diagnosis:
    return Diagnosis(
        CHECK,
        text,
        Trouble.NO_BUS,
        "Install and start dbus; `systemctl status dbus` shows how it is.",
    )


def gone(text: str) -> Diagnosis:
    return Diagnosis(CHECK, text, Trouble.NOT_RUNNING, _START)


def runs(found: Iterable[Diagnosis]) -> bool:
    return not any(each.trouble in (Trouble.NO_BUS, Trouble.NOT_RUNNING) for each in found)


async def _polkit(remote: Remote) -> Diagnosis:
    if await remote.answers(POLKIT):
        return Diagnosis("polkit", "decides who administers")
    return Diagnosis(
        "polkit",
        "does not answer: only root administers",
        Trouble.POLKIT_MISSING,
        "`apt install polkitd`; `systemctl status polkit` shows how it is.",
    )


async def socket_holds(remote: Remote) -> bool:
    """Whether systemd has the service's ports, so that nobody else can."""
    return (await remote.unit(systemd.SOCKET)).get("ActiveState") == "active"
