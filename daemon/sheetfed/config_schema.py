"""The schema of the configuration: every table, and with it every key."""

# ruff: noqa: RUF009 - `declare` makes dataclass fields
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import cast

from sheetfed import config_kinds as kinds
from sheetfed.config_doors import Access, Http, Https, Limits, Origins
from sheetfed.config_key import Key, declare
from sheetfed.config_kinds import Endpoint
from sheetfed.config_papers import Imaging, Store, Upload
from sheetfed.config_scanning import Defaults, Jobs, Scanners


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Log:
    """What is logged."""

    level: LogLevel = declare(
        kinds.choice(LogLevel), "info", "The least level that is logged.", reloads=True
    )


@dataclass(frozen=True, slots=True)
class Metrics:
    """What is counted, for Prometheus."""

    listen: Endpoint | Path | None = declare(
        kinds.endpoint_or_path(),
        "",
        "Where /metrics is served; empty: nowhere, and nothing is counted. A port of 0 takes any "
        "free one.",
    )


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, checked."""

    http: Http = field(default_factory=Http)
    https: Https = field(default_factory=Https)
    store: Store = field(default_factory=Store)
    scanners: Scanners = field(default_factory=Scanners)
    defaults: Defaults = field(default_factory=Defaults)
    jobs: Jobs = field(default_factory=Jobs)
    origins: Origins = field(default_factory=Origins)
    access: Access = field(default_factory=Access)
    upload: Upload = field(default_factory=Upload)
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    imaging: Imaging = field(default_factory=Imaging)
    log: Log = field(default_factory=Log)


def keys() -> Iterator[Key]:
    """Every declared key, table by table."""
    for table in fields(Config):
        for declared in fields(cast("type[Http]", table.type)):
            yield Key(table.name, declared.name, **declared.metadata)
