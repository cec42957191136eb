"""A service manager's descriptor store: what a daemon gives it to keep goes to the next one."""

import asyncio
import os
import socket
import sys
from collections.abc import Sequence

_MESSAGE_BYTES = 65536
_DESCRIPTORS_MOST = 16
_START = """
import os, sys
first, names = 3, sys.argv[1].split(":")
for number, descriptor in enumerate(map(int, sys.argv[2].split(":"))):
    os.dup2(descriptor, first + number)
os.environ |= {
    "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(names)), "LISTEN_FDNAMES": ":".join(names)
}
os.execv(sys.executable, [sys.executable, *sys.argv[3:]])
"""


class DescriptorStore:
    """As systemd's, with FileDescriptorStoreMax= above what is given, and a socket unit's."""

    def __init__(self, sockets: Sequence[socket.socket] = (), name: str = "web") -> None:
        self.kept: dict[str, int] = {}
        self._sockets = tuple(sockets)
        self._name = name

    def command(self, words: list[str]) -> list[str]:
        """Python with these words, handed over what is kept (sd_listen_fds(3))."""
        if not self.descriptors:
            return [sys.executable, *words]
        names = ":".join([*self.kept, *(self._name for _ in self._sockets)])
        numbers = ":".join(map(str, self.descriptors))
        return [sys.executable, "-c", _START, names, numbers, *words]

    @property
    def descriptors(self) -> tuple[int, ...]:
        return (*self.kept.values(), *(one.fileno() for one in self._sockets))

    def close(self) -> None:
        """The unit is stopped; sockets are whoever's who made them."""
        for descriptor in self.kept.values():
            os.close(descriptor)
        self.kept.clear()

    async def heard(self, notify: socket.socket) -> str:
        """The next message that is sent to this socket."""
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(notify, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(notify)
        data, descriptors, _, _ = socket.recv_fds(notify, _MESSAGE_BYTES, _DESCRIPTORS_MOST)
        message = data.decode()
        words = dict(line.partition("=")[::2] for line in message.splitlines())
        for descriptor in descriptors:
            if words.get("FDSTORE") == "1" and words["FDNAME"] not in self.kept:
                self.kept[words["FDNAME"]] = descriptor
            else:
                os.close(descriptor)
        return message
