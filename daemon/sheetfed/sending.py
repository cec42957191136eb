"""Sending: the uploads of pages, put together for the app."""

import asyncio
from collections.abc import Callable

from sheetfed.certificates.errors import CertificateRefused
from sheetfed.config_papers import Upload
from sheetfed.config_schema import Config
from sheetfed.core.access import Access
from sheetfed.core.errors import InvalidParameter
from sheetfed.core.events import Hub
from sheetfed.core.meter import Meter
from sheetfed.core.ports import Clock
from sheetfed.core.renders import Renders
from sheetfed.core.transfers import TransferLimits, Transfers
from sheetfed.reloading import Reloading
from sheetfed.web.uploading.sender import HttpSender
from sheetfed.web.uploading.trust import Trust


async def transfers(
    configuration: Reloading,
    *,
    renders: Renders,
    access: Access,
    hub: Hub,
    clock: Clock,
    meter: Meter,
) -> Transfers:
    """Raises CertificateRefused when those of `[upload] ca_file` cannot be used."""
    upload = configuration.settings.upload
    trust = await asyncio.to_thread(trusted, upload)
    sender = HttpSender(trust=trust, timeout_s=upload.timeout_s)

    async def trusting_now(now: Config) -> Callable[[], None]:
        try:
            trust = await asyncio.to_thread(trusted, now.upload)
        except CertificateRefused as error:
            raise InvalidParameter(str(error)) from error
        return lambda: sender.change(trust=trust, timeout_s=now.upload.timeout_s)

    configuration.prepare(trusting_now)
    made = Transfers(
        renders=renders,
        sender=sender,
        access=access,
        hub=hub,
        clock=clock,
        limits=_limits(upload),
        meter=meter,
    )
    configuration.tell(lambda now: made.change(_limits(now.upload)))
    return made


def _limits(upload: Upload) -> TransferLimits:
    return TransferLimits(
        allow=frozenset(upload.allow),
        max_bytes=upload.max_file_bytes,
        attempts=upload.attempts,
        at_once=upload.at_once,
    )


def trusted(upload: Upload) -> Trust:
    """Raises CertificateRefused; blocking."""
    try:
        return Trust(upload.ca_file)
    except OSError as error:
        reason = f"{upload.ca_file}: [upload] ca_file cannot be used: {error.strerror}"
        raise CertificateRefused(reason) from error
