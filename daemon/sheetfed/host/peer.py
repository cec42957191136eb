"""Peer: which Unix user is behind an accepted loopback TCP connection."""

import asyncio
import errno
import logging
import os
import socket
import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

# linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST = 1
_NLMSG_ERROR = 2
_NOCOOKIE = 0xFFFFFFFF
_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_REQUEST = struct.Struct("=BBBxI")  # inet_diag_req_v2: family, protocol, extensions, states
_SOCKET_ID = struct.Struct("!HH16s16s")  # inet_diag_sockid: both ports, both addresses …
_SOCKET_ID_REST = struct.Struct("=III")  # … interface, cookie
_MESSAGE = struct.Struct("=BBxx")  # inet_diag_msg: family, state …
_MESSAGE_REST = struct.Struct("=IIIII")  # … expires, rqueue, wqueue, uid, inode
_REPLY_BYTES_MAX = 8192
_REPLIES_MAX = 16
_CHECK_DEADLINE_S = 2.0

_OVERFLOW_UID_DEFAULT = 65534  # linux/highuid.h

# Any interface would not find a client that bound itself to lo; lo is always the first.
_LOOPBACK_INTERFACE = 1

# net/tcp_states.h: ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT
_OWNED_STATES = frozenset({1, 4, 5, 8})

_log = logging.getLogger(__name__)


class PeerLookup:
    """Asks the kernel by SOCK_DIAG; the answer is there when the question was sent."""

    @classmethod
    async def open(cls) -> "PeerLookup":
        """A lookup, made and tried off the event loop; an error is logged if it is of no use."""
        lookup = await asyncio.to_thread(cls)
        if not await asyncio.to_thread(lookup.works):
            _log.error("the kernel does not say who calls (tcp_diag): every call will be refused")
        return lookup

    def __init__(self) -> None:
        self._overflow_uid = _overflow_uid()
        self._sequence = 0
        self._netlink = socket.socket(
            socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, _NETLINK_SOCK_DIAG
        )
        self._netlink.connect((0, 0))

    def close(self) -> None:
        self._netlink.close()

    def works(self) -> bool:
        """Whether the kernel knows us at the other end of a connection of our own; blocking."""
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), timeout=_CHECK_DEADLINE_S),
            server.accept()[0] as connection,
        ):
            return self.uid(connection) == os.geteuid()

    def uid(self, connection: socket.socket) -> int | None:
        """The owner of the socket at the other end.

        None when nobody can be held to it: the client closed already, is not of this machine, or
        belongs to a user that has no number here.
        """
        try:
            peer, ours = _end(connection.getpeername()), _end(connection.getsockname())
            return self._ask(peer, ours)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTCONN):
                _log.warning("the kernel does not say who is behind a connection: %s", error)
            return None

    def _ask(self, peer: "_End", ours: "_End") -> int | None:
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        family = socket.AF_INET if isinstance(peer[0], IPv4Address) else socket.AF_INET6
        body = (
            _REQUEST.pack(family, socket.IPPROTO_TCP, 0, 0xFFFFFFFF)
            + _SOCKET_ID.pack(peer[1], ours[1], peer[0].packed, ours[0].packed)
            + _SOCKET_ID_REST.pack(_LOOPBACK_INTERFACE, _NOCOOKIE, _NOCOOKIE)
        )
        length = _HEADER.size + len(body)
        header = _HEADER.pack(length, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, self._sequence, 0)
        self._netlink.send(header + body)
        for _ in range(_REPLIES_MAX):
            reply = self._netlink.recv(_REPLY_BYTES_MAX)
            _, kind, _, sequence, _ = _HEADER.unpack_from(reply)
            if sequence == self._sequence:
                return self._owner(kind, reply[_HEADER.size :], peer, ours)
        raise OSError(errno.EPROTO, os.strerror(errno.EPROTO))

    def _owner(self, kind: int, body: bytes, peer: "_End", ours: "_End") -> int | None:
        if kind == _NLMSG_ERROR:
            number = -struct.unpack_from("=i", body)[0]
            raise OSError(number, os.strerror(number))
        family, state = _MESSAGE.unpack_from(body)
        offset = _MESSAGE.size
        source_port, target_port, source, target = _SOCKET_ID.unpack_from(body, offset)
        offset += _SOCKET_ID.size + _SOCKET_ID_REST.size
        *_, uid, inode = _MESSAGE_REST.unpack_from(body, offset)
        found = (_address(family, source), source_port), (_address(family, target), target_port)
        # The kernel falls back to a listening socket on the same port.
        if found != (peer, ours) or state not in _OWNED_STATES:
            return None
        return None if inode == 0 or uid == self._overflow_uid else int(uid)


_End = tuple[IPv4Address | IPv6Address, int]


def _overflow_uid() -> int:
    """What stands for a user without a number here; the unit's ProcSubset=pid hides the setting."""
    try:
        return int(Path("/proc/sys/kernel/overflowuid").read_text())
    except FileNotFoundError:
        return _OVERFLOW_UID_DEFAULT


def _end(name: tuple[str, int] | tuple[str, int, int, int]) -> _End:
    return _plain(ip_address(name[0].partition("%")[0])), name[1]


def _address(family: int, packed: bytes) -> IPv4Address | IPv6Address:
    if family == socket.AF_INET:
        return IPv4Address(packed[:4])
    return _plain(IPv6Address(packed))


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped
