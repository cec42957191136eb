"""Limits: how much the HTTP door takes, of one request and of one user or owner."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """As the configuration's `[limits]` names them; a rate of 0 is none."""

    json_bytes: int = 1 << 20
    json_depth: int = 32
    file_bytes: int = 256 << 20
    headers: int = 100
    header_bytes: int = 32 << 10
    header_timeout_s: float = 20.0
    body_timeout_s: float = 300.0
    idle_timeout_s: float = 75.0
    connections: int = 600
    requests: int = 500
    requests_per_s: int = 1000
    streams: int = 250
