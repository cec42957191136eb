"""Config parts: the configuration, in the words of the rooms that it is for."""

import ssl
from collections.abc import Callable

from sheetfed.certificates.presented import Source
from sheetfed.config import Config
from sheetfed.config_doors import Https
from sheetfed.config_papers import Store
from sheetfed.config_scanning import Scanners
from sheetfed.core.defaults import Defaults
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.listing import Selection
from sheetfed.storage.limits import Limits
from sheetfed.web import limits as web
from sheetfed.web.entrances import Address


def limits(store: Store) -> Limits:
    return Limits(
        max_bytes=store.max_bytes,
        max_bytes_per_owner=store.max_bytes_per_owner,
        min_free_bytes=store.min_free_bytes,
    )


def kept_for_s(store: Store) -> tuple[float, float]:
    """How long after their last use documents are kept: web pages', and others."""
    return store.keep_hours_browser * 3600.0, store.keep_hours_other * 3600.0


def defaults(settings: Config) -> Defaults:
    return Defaults(
        mode=settings.defaults.mode,
        resolution=settings.defaults.resolution,
        pause_timeout_s=settings.jobs.pause_timeout_s,
        jobs_at_most=settings.limits.jobs,
    )


def web_limits(settings: Config) -> web.Limits:
    limits = settings.limits
    return web.Limits(
        json_bytes=settings.http.max_json_bytes,
        json_depth=limits.json_depth,
        file_bytes=limits.file_bytes,
        headers=limits.headers,
        header_bytes=limits.header_bytes,
        header_timeout_s=limits.header_timeout_s,
        body_timeout_s=limits.body_timeout_s,
        idle_timeout_s=limits.idle_timeout_s,
        connections=limits.connections,
        requests=limits.requests,
        requests_per_s=limits.requests_per_s,
        streams=limits.streams,
    )


def selection(scanners: Scanners) -> Selection:
    return Selection(
        hide=scanners.hide,
        rename=dict(scanners.rename),
        manual=scanners.devices,
        prefer=scanners.prefer,
        quarantine_after=scanners.quarantine_after,
    )


def devices(scanners: Scanners) -> SaneDevices:
    return SaneDevices(
        config_dir=None if scanners.sane_config_dir is None else str(scanners.sane_config_dir),
        virtual=scanners.virtual,
        selection=selection(scanners),
        quirks_dir=scanners.quirks_dir,
    )


def leases(scanners: Scanners) -> dict[str, float]:
    """How long a lease without a job may rest, and last."""
    return {"idle_s": scanners.lease_idle_s, "limit_s": scanners.lease_limit_s}


def network_every_s(scanners: Scanners) -> float:
    """How often network scanners are looked for; 0: never."""
    return scanners.network_refresh_minutes * 60.0


def certificates(https: Https) -> Source:
    """Where the certificate comes from that HTTPS connections are shown."""
    own = None
    if https.certificate is not None and https.key is not None:
        own = https.certificate, https.key
    return Source(own=own, folder=https.machine_certificates, is_wanted=bool(https.listen))


def addresses(settings: Config, tls: Callable[[], ssl.SSLContext | None]) -> list[Address]:
    """Where HTTP and HTTPS are served."""
    return [
        *(Address(at.address, at.port) for at in settings.http.listen),
        *(Address(at.address, at.port, tls) for at in settings.https.listen),
    ]
