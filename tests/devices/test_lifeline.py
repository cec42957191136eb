"""Lifeline: only a stream whose peer has gone is cut."""

import os
import socket
import struct
import tempfile

from sheetfed.devices.lifeline import is_cut


def test_a_connection_with_a_peer_is_not_cut() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not is_cut(ours.fileno())
        theirs.send(b"x")
        assert not is_cut(ours.fileno())
        assert ours.recv(2) == b"x", "the byte was left where it is"


def test_a_connection_whose_peer_has_gone_is_cut() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        assert is_cut(ours.fileno())


def test_what_came_before_the_end_is_to_be_read_first() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.send(b"x")
        theirs.close()
        assert not is_cut(ours.fileno())


def test_a_connection_that_was_reset_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    with ours:
        # No lingering: the peer's end is a reset.
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        assert is_cut(ours.fileno())


def test_what_is_no_connection_is_not_cut() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as letters,
        socket.socket() as unconnected,
        tempfile.TemporaryFile() as file,
        os.fdopen(reading) as pipe,
    ):
        for each in (letters, unconnected, file, pipe):
            assert not is_cut(each.fileno())


def test_what_is_no_descriptor_is_not_cut() -> None:
    assert not is_cut(-1)
