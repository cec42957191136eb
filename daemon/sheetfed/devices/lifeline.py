"""Lifeline: whether the connection that a driver reads a page from has ended."""

import os
import socket
import stat


def is_cut(fd: int) -> bool:
    """Whether the peer of this stream socket has gone; anything else is not cut."""
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            return False
        with socket.socket(fileno=os.dup(fd)) as line:
            if line.type is not socket.SOCK_STREAM:
                return False
            return not line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except ConnectionError:
        return True
    except OSError:
        return False
