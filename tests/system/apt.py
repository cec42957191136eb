"""Apt: what an administrator does with packages on a running machine."""

from typing import Final

from system.machine import Machine

_APT: Final = ("apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0")
_DEADLINE_S: Final = 120


def update(machine: Machine) -> None:
    machine.run(*_APT, "update")


def install(machine: Machine, *packages: str) -> None:
    """By their names, or the paths of their files."""
    machine.run(*_APT, "install", *packages, deadline_s=_DEADLINE_S)


def upgrade(machine: Machine) -> None:
    """Of all packages; a configuration file that somebody changed stays as it is."""
    keeping = ("-o", "Dpkg::Options::=--force-confdef")
    machine.run(*_APT, *keeping, "upgrade", deadline_s=_DEADLINE_S)


def remove(machine: Machine, *packages: str) -> None:
    machine.run(*_APT, "remove", *packages, deadline_s=_DEADLINE_S)


def purge(machine: Machine, *packages: str) -> None:
    machine.run(*_APT, "purge", *packages, deadline_s=_DEADLINE_S)
