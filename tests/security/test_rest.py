"""The REST API: what is somebody else's is not there, and no address makes the service fetch."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from fakes.attacked import GRANTED, Answer, Target
from sheetfed.web.rest import operations
from sheetfed.web.rest.operation import Operation

JOBS, DOCUMENTS = "/api/device/scanners/jobs", "/api/storage/documents"
PASSWORD = "correct horse battery"
OF_THINGS = [
    operation
    for operation in operations.every()
    if "{jobuid}" in operation.path or "{documentuid}" in operation.path
]


@dataclass(frozen=True, slots=True)
class Belongings:
    """What root's program has, and all names of it."""

    job: str
    pending: str
    document: str
    page: str
    url: str

    def named(self, path: str, job: str | None = None) -> str:
        names = {"jobuid": job or self.job, "documentuid": self.document, "page": self.page}
        return path.format(**names)


def asked(target: Target, method: str, path: str, body: object = None, **more: Any) -> Answer:
    return target.ask(method, path, b"" if body is None else json.dumps(body).encode(), **more)


@pytest.fixture(scope="module")
def belongings(target: Target) -> Belongings:
    job = asked(target, "POST", JOBS, {"config": {"Resolution": 50}}).json["jobuid"]
    scanned = asked(target, "GET", f"{JOBS}/{job}/next-page-info").json
    document = asked(target, "POST", DOCUMENTS, {"password": PASSWORD}).json["uid"]
    put = asked(
        target,
        "POST",
        f"{DOCUMENTS}/{document}/pages",
        {"source": scanned["url"]},
        DWT_DOC_PASSWORD=PASSWORD,
    )
    pending = asked(target, "POST", JOBS, {"autoRun": False, "device": "test:1"}).json["jobuid"]
    (page,) = put.json["pages"]
    return Belongings(job, pending, document, page["uid"], scanned["url"])


@pytest.fixture(params=["another user", "another user's page", "another origin"])
def other(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How somebody else asks."""
    if request.param != "another origin" and os.getuid() != 0:
        pytest.skip("only root can be two users")
    origin = {"Origin": GRANTED} if request.param != "another user" else {}
    return {"as_stranger": request.param != "another origin", **origin}


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """Something on loopback that would notice who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize("operation", OF_THINGS, ids=lambda operation: operation.name)
def test_what_is_somebody_elses_is_not_found_as_what_never_was(
    target: Target, belongings: Belongings, other: dict[str, Any], operation: Operation
) -> None:
    for job in (belongings.job, belongings.pending):
        path = belongings.named(operation.path, job)
        told = asked(target, operation.method, path, {}, **other)
        ends_at_410 = operation.name == "getNextDocument"
        assert (told.status, told.code) == ((410, "gone") if ends_at_410 else (404, "not-found"))
        never = path.replace(job, "j" + "0" * 32).replace(belongings.document, "d" + "0" * 32)
        unknown = asked(target, operation.method, never, {}, **other)
        assert (told.status, told.body) == (unknown.status, unknown.body)
    kept = asked(target, "GET", f"{DOCUMENTS}/{belongings.document}", DWT_DOC_PASSWORD=PASSWORD)
    assert len(kept.json["pages"]) == 1
    assert asked(target, "GET", f"{JOBS}/{belongings.pending}").json["status"] == "pending"


def test_the_address_of_a_page_is_of_no_use_to_anybody_else(
    target: Target, belongings: Belongings, other: dict[str, Any]
) -> None:
    own = asked(target, "POST", DOCUMENTS, {}, **other).json["uid"]
    for path in (
        f"{DOCUMENTS}/{own}/pages",
        "/api/process/check-blank",
        "/api/process/read-barcode",
    ):
        told = asked(target, "POST", path, {"source": belongings.url}, **other)
        assert (told.status, told.code) == (404, "not-found")
    source = {"source": {"document": {"uid": belongings.document}}}
    told = asked(
        target, "POST", f"{DOCUMENTS}/{own}/pages", source, DWT_DOC_PASSWORD=PASSWORD, **other
    )
    assert (told.status, told.code) == (404, "not-found")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/dwt/dwt_1/img?pageid=p0",
        "http://localhost:{port}/api/device/scanners/jobs/j0/next-page?page=p0",
        "http://[::ffff:127.0.0.1]:{port}/dwt/dwt_1/img?pageid=p0",
        "http://user@127.0.0.1:{port}/dwt/dwt_1/img?pageid=p0",
        "//127.0.0.1:{port}/dwt/dwt_1/img?pageid=p0",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/1",
    ],
)
def test_no_source_is_fetched(target: Target, listening: socket.socket, address: str) -> None:
    source = address.format(port=listening.getsockname()[1])
    document = asked(target, "POST", DOCUMENTS, {}).json["uid"]
    for path in (
        f"{DOCUMENTS}/{document}/pages",
        "/api/process/read-barcode",
        "/api/process/check-blank",
    ):
        told = asked(target, "POST", path, {"source": source})
        assert told.status in (400, 404), told.body
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_a_document_with_a_password_is_shut_to_its_owner_too(
    target: Target, belongings: Belongings
) -> None:
    for guess in ("", "correct horse batterz", "x" * 32, "x" * 33, PASSWORD.upper()):
        for method, path, body in (
            ("GET", "", None),
            ("GET", "/content", None),
            ("DELETE", "", None),
            ("POST", "/split", {"at": "every", "pages": 1}),
        ):
            told = asked(
                target,
                method,
                f"{DOCUMENTS}/{belongings.document}{path}",
                body,
                DWT_DOC_PASSWORD=guess,
            )
            assert (told.status, told.code) == (403, "wrong-password")


def test_passwords_are_in_no_log(target: Target, belongings: Belongings) -> None:
    asked(
        target,
        "GET",
        f"{DOCUMENTS}/{belongings.document}/content?password=of-the-file",
        DWT_DOC_PASSWORD=PASSWORD,
        DWT_PDF_PASSWORD="another secret",
    )
    for secret in (PASSWORD, "of-the-file", "another secret"):
        assert secret not in target.log()


def test_a_web_page_changes_nothing_of_the_service(target: Target) -> None:
    told = asked(target, "PATCH", "/api/server", {"logLevel": 30}, Origin=GRANTED)
    assert (told.status, told.code) == (403, "not-allowed")
    assert asked(target, "GET", "/api/server").json == {"logLevel": 1}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PATCH", "DELETE"])
def test_a_page_without_permission_reaches_no_call(target: Target, method: str) -> None:
    for path in sorted({operation.path for operation in operations.every()}):
        made = path.format(jobuid="j0", documentuid="d0", page="0")
        told = target.ask(method, made, b"{}", Origin="https://evil.example")
        assert told.status == 403, path
        assert "access-control-allow-origin" not in told.headers
