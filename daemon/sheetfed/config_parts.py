"""Config parts: the configuration, in the words of the rooms that it is for."""

import ssl

from sheetfed.config import Config
from sheetfed.config_schema import Scanners, Store
from sheetfed.core.defaults import Defaults
from sheetfed.devices.driver import SaneDevices
from sheetfed.devices.listing import Selection
from sheetfed.storage.limits import Limits
from sheetfed.web.door import Address


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


def addresses(settings: Config) -> list[Address]:
    """Where HTTP and, with a certificate, HTTPS are served; blocking."""
    found = [Address(at.address, at.port) for at in settings.http.listen]
    if settings.https.certificate is not None and settings.https.key is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.load_cert_chain(settings.https.certificate, settings.https.key)
        found += [Address(at.address, at.port, tls) for at in settings.https.listen]
    return found
