"""Serving: the daemon as a process, from its first line in the journal to an exit code."""

import asyncio
import logging
import os
from pathlib import Path

from sheetfed.app import App
from sheetfed.bus.contract import ContractMissing
from sheetfed.bus.door import NameRefused
from sheetfed.certificates.errors import CertificateRefused
from sheetfed.config import Config
from sheetfed.core.errors import ScanError
from sheetfed.host import journal, notify
from sheetfed.sealed.keys import KeyRefused

log = logging.getLogger("sheetfed")


def serve(settings: Config, *, path: Path, bus: str | None) -> int:
    """Until it is told to stop: 0 then, 1 when it cannot start, 78 for a bad key or certificate.

    `path` is read again on SIGHUP; `bus` is system, session, an address or nothing.
    """
    journal.configure(settings.log.level)
    os.umask(0o077)
    try:
        asyncio.run(_run(settings, path, bus))
    except (KeyRefused, CertificateRefused) as error:
        _tell(str(error))
        return os.EX_CONFIG
    except (OSError, ScanError, NameRefused, ContractMissing) as error:
        _tell(_reason(error))
        return 1
    finally:
        journal.close()
    return os.EX_OK


async def _run(settings: Config, path: Path, bus: str | None) -> None:
    await App(settings, path=path, bus=bus).run()


def _tell(reason: str) -> None:
    log.error("cannot start: %s", reason)
    notify.last_words(f"Cannot start: {reason}")


def _reason(error: Exception) -> str:
    if not isinstance(error, OSError):
        return str(error)
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
