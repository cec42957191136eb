"""Passwords of documents: not guessed by time, read from no disk or journal, not gone round."""

import json
import os
from typing import Any

import pytest

from fakes.attacked import GRANTED, Answer, Target

SECRET = "Tr0ub4dor&3"
DOCUMENTS = "/api/storage/documents"


@pytest.fixture(scope="module")
def document(target: Target) -> str:
    """A document of the granted origin that nobody reads without its password."""
    body = json.dumps({"password": SECRET}).encode()
    made = target.ask("POST", DOCUMENTS, body, Origin=GRANTED)
    assert made.status == 201
    return str(made.json["uid"])


def opened(target: Target, document: str, password: str | None, **more: Any) -> Answer:
    words = {} if password is None else {"DWT-DOC-PASSWORD": password}
    return target.ask("GET", f"{DOCUMENTS}/{document}", **words, **more)


def test_the_right_password_opens_it_for_its_owner(target: Target, document: str) -> None:
    assert opened(target, document, SECRET, Origin=GRANTED).status == 200


@pytest.mark.parametrize(
    "guess",
    [
        None,
        "",
        "T",
        SECRET[:-1],
        SECRET + "x",
        SECRET.lower(),
        SECRET + "\0",
        "x" * 33,
        "x" * 5000,
        "%",
        "' OR '1'='1",
    ],
)
def test_a_wrong_password_is_answered_in_the_same_words_whatever_it_is(
    target: Target, document: str, guess: str | None
) -> None:
    """That it is answered with the same work is proven where passwords are."""
    refused = opened(target, document, guess, Origin=GRANTED)
    if "\0" in (guess or ""):
        assert refused.status == 400
        return
    assert (refused.status, refused.code) == (403, "wrong-password")
    wrong = opened(target, document, "another", Origin=GRANTED)
    assert refused.body == wrong.body


def test_without_it_nothing_of_the_document_is_read_or_changed(
    target: Target, document: str
) -> None:
    path = f"{DOCUMENTS}/{document}"
    for method, address, body in (
        ("GET", path, b""),
        ("PATCH", path, b'{"metadata": {"a": 1}}'),
        ("DELETE", path, b""),
        ("GET", f"{path}/content?type=application/pdf", b""),
        ("POST", f"{path}/pages", b"no picture"),
        ("DELETE", f"{path}/pages/0", b""),
        ("POST", f"{path}/pages/0/edits", b'{"op": "invert"}'),
    ):
        refused = target.ask(method, address, body, Origin=GRANTED)
        assert (refused.status, refused.code) == (403, "wrong-password"), (method, address)
    assert opened(target, document, SECRET, Origin=GRANTED).json.get("metadata") in (None, {})


def test_the_password_is_of_no_use_to_anybody_else(target: Target, document: str) -> None:
    others: list[dict[str, Any]] = [{}, {"Origin": target.base}]
    if os.getuid() == 0:
        others += [{"as_stranger": True}, {"as_stranger": True, "Origin": GRANTED}]
    for other in others:
        refused = opened(target, document, SECRET, **other)
        assert (refused.status, refused.code) == (404, "not-found"), other
        never = opened(target, "d" + "0" * 32, SECRET, **other)
        assert refused.body == never.body


def test_it_is_in_no_file_and_no_journal_line(target: Target, document: str) -> None:
    opened(target, document, SECRET, Origin=GRANTED)
    opened(target, document, SECRET + "x", Origin=GRANTED)
    held = [path for path in target.folder.rglob("*") if path.is_file()]
    assert any(path.name.startswith("catalogue") for path in held)
    for path in held:
        assert SECRET.encode() not in path.read_bytes(), path.name
