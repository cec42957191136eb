"""Other users of the machine, and other origins of one user: what is not theirs is not there."""

import hashlib
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fakes.attacked import GRANTED, STRANGER_UID, Answer, Target, attacked, run_as_stranger

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can be two users")

ATTEMPTS = 50
_HIT_AND_RUN = """
import encodings.idna, os, socket, sys
os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
sent = sys.stdin.buffer.read()
for _ in range(int(sys.argv[3])):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
        connection.sendall(sent)
"""
_TAKE = """
import encodings.idna, itertools, os, socket, sys
port, uid = map(int, sys.argv[1:])
os.setgroups([]); os.setgid(uid); os.setuid(uid)
hosts = ("127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1")
options = (socket.SO_REUSEADDR, socket.SO_REUSEPORT)
reuses = [(), options[:1], options[1:], options]
for host, reuse, only_v6 in itertools.product(hosts, reuses, (0, 1)):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
        for option in reuse:
            taken.setsockopt(socket.SOL_SOCKET, option, 1)
        if ":" in host:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_v6)
        try:
            taken.bind((host, port))
            taken.listen()
        except OSError:
            continue
        print(host, reuse, only_v6)
"""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What root's program has scanned, and all names of it."""

    page: str
    document: str
    job: str


@pytest.fixture(scope="module")
def belongings(target: Target) -> Belongings:
    _, _, job = target.result("AcquireImage", {"paper_source": "feeder", "pages": 2})
    (page,) = target.result("IndexToImageID", 0)
    owner = f"{os.getuid()}\0\0test"
    return Belongings(page, "b" + hashlib.sha256(owner.encode()).hexdigest()[:32], job)


@pytest.fixture(params=["another user", "another user's page", "another origin"])
def other(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How somebody else asks."""
    origin = {"Origin": GRANTED} if request.param != "another user" else {}
    return {"as_stranger": request.param != "another origin", **origin}


def content(target: Target) -> list[bytes]:
    return [target.ask("GET", f"/dwt/dwt_1/img?id=test&index={index}").body for index in range(2)]


def without_words(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body.decode()


def test_a_guessed_instance_is_somebody_elses_own_and_empty(
    target: Target, belongings: Belongings, other: dict[str, Any]
) -> None:
    assert target.result("HowManyImagesInBuffer", **other) == [0]
    for path in ("img", "doc"):
        query = "id=test&index=0&indices=0&type=jpeg"
        refused = target.ask("GET", f"/dwt/dwt_1/{path}?{query}", **other)
        assert (refused.status, refused.code) == (404, "not-found")


def test_a_guessed_job_is_not_found_as_one_that_never_was(
    target: Target, belongings: Belongings, other: dict[str, Any]
) -> None:
    for method in ("JobStatus", "ResumeJob", "FinishJob"):
        refused = target.call(method, belongings.job, **other)
        assert (refused.status, refused.code) == (404, "not-found"), method
        never = target.call(method, "j" + "0" * 32, **other)
        assert without_words(refused) == without_words(never)


def test_the_id_of_a_page_is_of_no_use_in_any_call(
    target: Target, belongings: Belongings, other: dict[str, Any]
) -> None:
    assert target.result("ImageIDToIndex", belongings.page, **other) == [-1]
    never = target.result("ImageIDToIndex", "p" + "0" * 32, **other)
    assert never == [-1]


def test_a_page_is_shown_to_no_other_user_not_even_by_its_id(
    target: Target, belongings: Belongings
) -> None:
    for headers in ({}, {"Origin": GRANTED}, {"Sec_Fetch_Site": "same-origin"}):
        asked = f"/dwt/dwt_1/img?pageid={belongings.page}"
        refused = target.ask("GET", asked, as_stranger=True, **headers)
        assert (refused.status, refused.code) == (404, "not-found")
        never = target.ask("GET", f"/dwt/dwt_1/img?pageid=p{'0' * 32}", as_stranger=True, **headers)
        assert without_words(refused) == without_words(never)


def test_no_call_of_anybody_else_changes_a_page(
    target: Target, belongings: Belongings, other: dict[str, Any], tmp_path: Path
) -> None:
    before = content(target)
    for call in (
        *(("RemoveImage", 0), ("RemoveImages", [0, 1]), ("RemoveAllImages",), ("Rotate", 0, 90)),
        *(("Crop", 0, 0, 0, 5, 5), ("Invert", 0), ("MoveImage", 0, 1), ("ReversePages",)),
        *(("CopyImages", [0], 0), ("CancelAllPendingTransfers",), ("Undo", 0), ("Deskew", 0)),
        *(("SetCurrentIndex", 1), ("SwitchImage", 0, 1), ("ConvertToBW", 0, "auto")),
    ):
        name, *parameters = call
        answered = target.call(name, *parameters, **other)
        assert answered.status in (200, 404, 400, 409), (call, answered.body)
    assert target.result("HowManyImagesInBuffer") == [2]
    assert content(target) == before


def test_nothing_of_a_scan_is_told_to_anybody_else(
    target: Target, belongings: Belongings, other: dict[str, Any]
) -> None:
    """The stream is written down from the start of the numbers, with all that is kept of it."""
    query = "/dwt/dwt_1/events?id=test"
    for path in (query, "/api/events"):
        headers = {name: value for name, value in other.items() if name != "as_stranger"}
        sent = target.request("GET", path, Last_Event_ID="0", **headers)
        said = stream(target, sent, is_stranger=other["as_stranger"])
        assert b"text/event-stream" in said
        for word in (belongings.page, belongings.job, belongings.document):
            assert word.encode() not in said


def stream(target: Target, sent: bytes, *, is_stranger: bool) -> bytes:
    """A stream's beginning, until half a second brought nothing more."""
    script = (
        "import encodings.idna, os, socket, sys\n"
        "if int(sys.argv[2]): os.setgroups([]); os.setgid(int(sys.argv[2]));"
        " os.setuid(int(sys.argv[2]))\n"
        "connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "connection.sendall(sys.stdin.buffer.read())\n"
        "connection.settimeout(0.5)\n"
        "try:\n"
        "    while piece := connection.recv(65536): sys.stdout.buffer.write(piece)\n"
        "except TimeoutError: pass\n"
    )
    uid = STRANGER_UID if is_stranger else 0
    return run_as_stranger(script, str(target.port), str(uid), given=sent)


def test_who_sends_and_closes_at_once_is_nobody(target: Target) -> None:
    """The kernel calls such a socket root's, with the inode 0: the test's daemon is root's too."""
    body = json.dumps({"id": "stolen", "parameter": [{"paper_source": "feeder"}]}).encode()
    sent = target.request("POST", "/f/AcquireImage", body)
    with target.stopped():
        run_as_stranger(
            _HIT_AND_RUN, str(target.port), str(STRANGER_UID), str(ATTEMPTS), given=sent
        )
    for _ in range(3):
        assert target.result("HowManyImagesInBuffer", instance="stolen") == [0]
    assert target.call("CancelAllPendingTransfers", instance="stolen").status == 200


@pytest.fixture(scope="module")
def on_both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """It listens on both addresses of loopback with one port, as it does where it is installed."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as free:
        port = free.getsockname()[1]
    listen = (f"127.0.0.1:{port}", f"[::1]:{port}")
    with attacked(tmp_path_factory.mktemp("both"), listen=listen) as target:
        yield target


def test_no_other_user_can_be_the_localhost_of_our_port(on_both: Target) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert len(run_as_stranger(_TAKE, str(port), str(STRANGER_UID)).splitlines()) >= 20
    assert run_as_stranger(_TAKE, str(on_both.port), str(STRANGER_UID)) == b""
    for host in ("127.0.0.1", "::1"):
        said = on_both.exchange(on_both.request("GET", "/fa/VersionInfo"), host)
        assert said.startswith(b"HTTP/1.1 200 ")


def test_whom_scan_does_not_name_may_use_no_scanner_whatever_origin_they_come_from(
    tmp_path: Path,
) -> None:
    with attacked(tmp_path, scan='["root"]') as target:
        for headers in ({}, {"Origin": GRANTED}, {"Sec_Fetch_Site": "same-origin"}):
            for method in ("GetDevices", "AcquireImage", "GetCapabilities", "OpenSource"):
                refused = target.call(method, as_stranger=True, **headers)
                assert (refused.status, refused.code) == (403, "not-allowed"), method
