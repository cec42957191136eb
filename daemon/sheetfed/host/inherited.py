"""Inherited: descriptors that the service manager hands over at the start (sd_listen_fds(3))."""

import logging
import os
import socket
from collections.abc import Mapping
from typing import Final

_FIRST: Final = 3

WEB: Final = "web"
"""FileDescriptorName= of sheetfed.socket."""

log = logging.getLogger(__name__)


def descriptors(name: str, *, environ: Mapping[str, str] = os.environ) -> list[int]:
    """Those of this name; they are not passed on to processes that we start."""
    if environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = environ.get("LISTEN_FDS", "")
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    if not (count.isascii() and count.isdigit()):
        return []
    found = [
        _FIRST + place
        for place, known in zip(range(int(count)), names, strict=False)
        if known == name
    ]
    for descriptor in found:
        os.set_inheritable(descriptor, False)
    return found


def listening(name: str, *, environ: Mapping[str, str] = os.environ) -> list[socket.socket]:
    """Listening TCP sockets of this name; what is none is closed and told."""
    found = []
    for descriptor in descriptors(name, environ=environ):
        one = socket.socket(fileno=descriptor)
        if _is_listening(one):
            found.append(one)
        else:
            log.warning("descriptor %d of the service manager's is no TCP socket", descriptor)
            one.close()
    return found


def _is_listening(one: socket.socket) -> bool:
    return (
        one.family in (socket.AF_INET, socket.AF_INET6)
        and one.type == socket.SOCK_STREAM
        and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    )
