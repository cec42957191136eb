"""Checking: whether the files and users that a configuration names are there, before a start."""

import grp
import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sheetfed import keys, sending
from sheetfed.certificates import own
from sheetfed.certificates.errors import CertificateRefused
from sheetfed.config_schema import Config
from sheetfed.sealed.keys import KeyRefused

SERVICE_USER: Final = "sheetfed"
_SHIPPED: Final = Config()


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    is_fatal: bool
    """The service would not start, or not take it on a reload."""


def findings(settings: Config) -> Iterator[Finding]:
    """Blocking. What this user may not see is told, and is fatal for the service's user alone."""
    yield from _refusals(lambda: _certificate(settings))
    yield from _refusals(lambda: keys.given_key(settings.store, {}))
    yield from _refusals(lambda: sending.trusted(settings.upload))
    store, listen = settings.store.path, settings.metrics.listen
    if store != _SHIPPED.store.path:
        # One that is not there is made, where the service may.
        yield from _folder("store.path", store, is_fatal=_is_file(store))
    if isinstance(listen, Path):
        yield from _folder("metrics.listen", listen.parent, is_fatal=True)
    if (sane := settings.scanners.sane_config_dir) is not None:
        yield from _folder("scanners.sane_config_dir", sane, is_fatal=False)
    for rule in settings.access.scan:
        if rule not in (*_SHIPPED.access.scan, "*") and not _is_known(rule):
            what = f"group {rule[1:]}" if rule.startswith("@") else f"user {rule}"
            yield Finding(f"access.scan: this machine knows no {what}", is_fatal=False)


def _refusals(check: Callable[[], object]) -> Iterator[Finding]:
    try:
        check()
    except (CertificateRefused, KeyRefused) as error:
        is_unseen = isinstance(error.__cause__, PermissionError)
        yield Finding(str(error), is_fatal=not is_unseen or _is_service())


def _folder(key: str, path: Path, *, is_fatal: bool) -> Iterator[Finding]:
    try:
        is_there = path.is_dir()
    except PermissionError as error:
        yield Finding(f"{key}: {path}: {error.strerror}", is_fatal=_is_service())
    else:
        if not is_there:
            yield Finding(f"{key}: there is no folder {path}", is_fatal=is_fatal)


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False


def _certificate(settings: Config) -> None:
    https = settings.https
    if https.listen and https.certificate is not None and https.key is not None:
        own.read(https.certificate, https.key)


def _is_known(rule: str) -> bool:
    with suppress(KeyError):
        return bool(grp.getgrnam(rule[1:]) if rule.startswith("@") else pwd.getpwnam(rule))
    return False


def _is_service() -> bool:
    with suppress(KeyError):
        return os.geteuid() == pwd.getpwnam(SERVICE_USER).pw_uid
    return False
