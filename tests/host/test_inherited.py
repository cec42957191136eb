"""What the service manager hands over, found by its name."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.manager import DescriptorStore
from sheetfed.host import inherited
from sheetfed.host.inherited import WEB, descriptors, listening

OURS = {"LISTEN_PID": str(os.getpid())}


def test_descriptors_are_numbered_from_three_and_named_in_their_order() -> None:
    code = (
        "import os\n"
        "os.environ['LISTEN_PID'] = str(os.getpid())\n"
        "from sheetfed.host.inherited import descriptors\n"
        "print(descriptors('store-key'), os.get_inheritable(4), descriptors('other'))\n"
    )
    words = {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:store-key"}
    script = f'exec 3</dev/null 4</dev/null; exec {sys.executable} -c "$CODE"'
    root = Path(str(inherited.__file__)).parents[2]
    answer = subprocess.run(
        ["sh", "-c", script],
        env={**os.environ, **words, "CODE": code, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
    )
    assert answer.stdout.strip() == "[4] False []"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDS": "many", "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDS": "0", "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "web"},
        {**OURS, "LISTEN_FDS": "1"},
    ],
)
def test_nothing_is_found_that_was_not_handed_to_us(environ: dict[str, str]) -> None:
    assert descriptors("store-key", environ=environ) == []


def test_listening_sockets_are_found_and_what_is_none_is_closed_and_told() -> None:
    code = (
        "import logging, os, socket\n"
        "logging.basicConfig()\n"
        "os.environ['LISTEN_PID'] = str(os.getpid())\n"
        "from sheetfed.host.inherited import listening\n"
        "found = listening('web')\n"
        "print([one.getsockname()[1] for one in found], found[0].get_inheritable())\n"
    )
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as other,
        socket.socket() as deaf,
    ):
        servers = [one.getsockname()[1], other.getsockname()[1]]
        store = DescriptorStore([one, other, deaf])
        root = Path(str(inherited.__file__)).parents[2]
        answer = subprocess.run(
            store.command(["-c", code]),
            env={**os.environ, "PYTHONPATH": str(root)},
            pass_fds=store.descriptors,
            capture_output=True,
            text=True,
            timeout=15,
            check=True,
        )
    assert answer.stdout.splitlines()[0] == f"{servers} False"
    assert "descriptor 5 of the service manager's is no TCP socket" in answer.stderr


def test_sockets_have_the_name_that_the_socket_unit_gives_them() -> None:
    unit = Path(__file__).parents[2] / "systemd" / "sheetfed.socket"
    assert f"FileDescriptorName={WEB}" in unit.read_text().splitlines()


def test_without_a_socket_unit_there_are_no_sockets() -> None:
    assert listening(WEB, environ={}) == []
