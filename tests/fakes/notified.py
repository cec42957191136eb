"""Notified: the service manager's end of the socket on which a daemon says how it is."""

import socket


def heard(manager: socket.socket) -> list[str]:
    return manager.recv(4096).decode().split("\n")
