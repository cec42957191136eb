"""Doctor: looks for every trouble that is known, and says what to do about each."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import click

from sheetfed.bus.contract import MANAGER, ROOT, SCANNER
from sheetfed.bus.refusal import Refusal
from sheetfed.cli import show
from sheetfed.cli.checks import disk, plugged, policies, scanners, service, web
from sheetfed.cli.diagnosis import Diagnosis
from sheetfed.cli.exits import Exit, Stop, of_error
from sheetfed.cli.machine import Machine
from sheetfed.cli.remote import LONG_CALL_DEADLINE_S, Remote
from sheetfed.cli.session import Session

EPILOG: Final = """\b
Examples:
  sheetctl doctor
  sheetctl --json doctor
"""


@click.command(epilog=EPILOG)
@click.pass_obj
def doctor(session: Session) -> None:
    """Look for what is wrong, and say what to do about it."""
    session.run(_doctor(session))


async def _doctor(session: Session) -> None:
    found = await examined(session.bus, Machine())
    if session.is_json:
        show.as_json([{**asdict(each), "trouble": each.trouble or ""} for each in found])
    else:
        _print(found)
    troubles = [each.trouble for each in found if each.trouble is not None]
    if not troubles:
        return
    code = Exit.TROUBLE if service.runs(found) else Exit.NO_SERVICE
    number = "1 trouble" if len(troubles) == 1 else f"{len(troubles)} troubles"
    raise Stop(code, f"{number}: {', '.join(dict.fromkeys(troubles))}", advice="")


async def examined(bus: str, machine: Machine) -> list[Diagnosis]:
    """What every check has found, as far as it could look."""
    found: list[Diagnosis] = []
    # Where nobody can be asked, root's programs are taken for systemd.
    is_held = True
    try:
        async with Remote.on(bus) as remote:
            found += await service.check(remote, needs_polkit=bus == "system")
            if service.runs(found):
                found += await _of_service(remote, machine)
            else:
                is_held = await service.socket_holds(remote)
    except Stop as stop:
        found.append(service.gone(stop.reason) if found else service.no_bus(stop.reason))
    if not service.runs(found):
        found += await asyncio.to_thread(web.taken, machine, is_held=is_held)
    found += await asyncio.to_thread(plugged.check, machine)
    found += await asyncio.to_thread(policies.check, machine)
    return found


async def _of_service(remote: Remote, machine: Machine) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        await remote.call("RefreshScanners", timeout_s=LONG_CALL_DEADLINE_S)
    except Refusal as error:
        if of_error(error.name) is not Exit.NOT_ALLOWED:
            raise
        found.append(scanners.not_allowed(error.text))
    manager: dict[str, Any] = await remote.get_all(ROOT, MANAGER)
    found += await asyncio.to_thread(web.silent, manager)
    found += web.certificate(manager["Https"], time.time())
    found += scanners.backends(manager)
    found += scanners.scanners(manager, (await remote.managed(SCANNER)).values())
    return found + disk.check(machine, manager, await remote.call("StoreUsage"))


def _print(found: Sequence[Diagnosis]) -> None:
    show.table(
        ["CHECK", "STATE", "FOUND"],
        [[each.check, "trouble" if each.trouble else "well", each.found] for each in found],
    )
    for each in found:
        if each.trouble is not None:
            click.echo(f"\n{each.trouble}: {show.cleaned(each.found)}\n  {each.advice}")
