"""Asking for access: who floods, forges or decides for others gets nowhere."""

import json
import os
from typing import Any

import pytest

from fakes.attacked import GRANTED, STRANGER_UID, Target

CROWD = 100
VICTIM = "https://clinic.example"


def ask(target: Target, origin: str, **more: Any) -> str:
    """How the request of this origin stands."""
    answered = target.ask(
        "POST", "/api/access", b'{"wants": ["scan", "upload"]}', Origin=origin, **more
    )
    return str(answered.json["state"]) if answered.status in (200, 202) else answered.code


def stands(target: Target, origin: str) -> str:
    return str(target.ask("GET", "/api/access", Origin=origin).json["state"])


def listed(target: Target, **more: Any) -> dict[str, dict[str, Any]]:
    """What this user's own page shows of web origins."""
    answered = target.ask("GET", "/api/access/origins", Sec_Fetch_Site="same-origin", **more)
    assert answered.status == 200, answered.body
    return {found["origin"]: found for found in answered.json}


def test_subdomains_without_end_leave_another_site_its_request(target: Target) -> None:
    assert ask(target, VICTIM) == "pending"
    for number in range(CROWD):
        ask(target, f"https://a{number}.evil.example")
        ask(target, f"https://evil.example:{number + 1}")
    assert stands(target, VICTIM) == "pending"
    of_evil = [origin for origin in listed(target) if "evil.example" in origin]
    assert len(of_evil) <= 5


def test_asking_without_end_makes_one_request(target: Target) -> None:
    for _ in range(CROWD):
        assert ask(target, VICTIM) == "pending"
    assert list(listed(target)).count(VICTIM) == 1
    assert target.log().count(VICTIM) <= 2


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "http://192.168.0.1",
        "https://evil.example/",
        "https://EVIL.example",
        "https://evil.example:443",
        "https://evil.example\u202e",
        'https://xn--.example"><script>',
        "https://" + "a" * 64 + ".example",
        "https://" + "a.example" * 100,
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "file://",
    ],
)
def test_what_is_no_origin_of_a_page_that_can_be_trusted_cannot_ask(
    target: Target, origin: str
) -> None:
    assert ask(target, origin.encode().decode("latin-1")) in (
        "origin-not-granted",
        "invalid-parameter",
    )
    assert origin not in listed(target)


def test_no_page_decides_not_even_one_that_calls_itself_ours(target: Target) -> None:
    ask(target, VICTIM)
    ident = listed(target)[VICTIM]["id"]
    decision = json.dumps({"decision": "grant", "permissions": ["scan", "upload"]}).encode()
    path = f"/api/access/origins/{ident}"
    words = {"Content_Type": "application/json"}
    for headers in (
        {"Origin": VICTIM},
        {"Origin": GRANTED},
        {"Origin": "null"},
        {"Origin": f"http://localhost:{target.port}"},
        {"Origin": f"https://127.0.0.1:{target.port}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"},
    ):
        refused = target.ask("POST", path, decision, **words, **headers)
        assert (refused.status, refused.code) == (403, "origin-not-granted"), headers
    # What a form of our own page's origin could send, if one got there.
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        refused = target.ask("POST", path, decision, Origin=target.base, Content_Type=kind)
        assert (refused.status, refused.code) == (403, "not-allowed")
    assert stands(target, VICTIM) == "pending"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be two users")
def test_one_user_neither_sees_nor_decides_what_another_is_asked(target: Target) -> None:
    ask(target, VICTIM)
    ident = listed(target)[VICTIM]["id"]
    assert VICTIM not in listed(target, as_stranger=True)
    refused = target.ask(
        "POST",
        f"/api/access/origins/{ident}",
        b'{"decision": "grant", "permissions": ["scan"]}',
        as_stranger=True,
        Content_Type="application/json",
    )
    assert (refused.status, refused.code) == (404, "not-found")
    ask(target, VICTIM, as_stranger=True)
    assert STRANGER_UID not in {found["uid"] for found in listed(target).values()}


def test_who_was_granted_for_one_thing_does_no_other(target: Target) -> None:
    ask(target, VICTIM)
    ident = listed(target)[VICTIM]["id"]
    granted = target.ask(
        "POST",
        f"/api/access/origins/{ident}",
        b'{"decision": "grant", "permissions": ["read"]}',
        Origin=target.base,
        Content_Type="application/json",
    )
    assert granted.status == 200
    for method, *parameters in (
        ("AcquireImage", {"paper_source": "flatbed"}),
        ("GetDevices",),
        ("SetOptions", {}),
        ("RemoveAllImages",),
        ("HTTPUpload", {"url": f"{VICTIM}/in", "indices": [0]}),
    ):
        refused = target.call(method, *parameters, Origin=VICTIM)
        assert (refused.status, refused.code) == (403, "origin-not-granted"), method
    revoked = target.ask(
        "POST",
        f"/api/access/origins/{ident}",
        b'{"decision": "revoke"}',
        Origin=target.base,
        Content_Type="application/json",
    )
    assert revoked.status == 200
    refused = target.call("HowManyImagesInBuffer", Origin=VICTIM)
    assert (refused.status, refused.code) == (403, "origin-not-granted")
