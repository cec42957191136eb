"""Origins: what looks like a granted one is not, and what hides its origin gets nothing."""

import json

import pytest

from fakes.attacked import GRANTED, OTHER_GRANTED, Answer, Target

# As browsers serialise them (RFC 6454 §6.2), and as they never would.
ALIKE = [
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org:443",
    "https://APP.example.org",
    "https://app.example.org.",
    "https://app.example.org/",
    "https://app.example.org.evil.example",
    "https://evil.example#https://app.example.org",
    "https://evil.example/https://app.example.org",
    "https://app.example.org@evil.example",
    "https://evil.app.example.org",
    "https://xn--app-.example.org",
    "https://xn--pp-1ia.example.org",
    "https://аpp.example.org",
    "https://ａpp.example.org",
    "https://app%2eexample.org",
    "https://app.example.org, https://evil.example",
    "https://app.example.org https://evil.example",
    "*",
    "https://*",
    "",
    "null",
    "NULL",
    "file://",
    "data:",
    "about:blank",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
]


def is_refused(answer: Answer) -> bool:
    """Said to be for the origin, and not readable by it."""
    is_readable = any(name.startswith("access-control") for name in answer.headers)
    return (answer.status, answer.code) == (403, "origin-not-granted") and not is_readable


@pytest.mark.parametrize("origin", ALIKE)
def test_an_origin_that_looks_like_a_granted_one_is_refused_before_its_body_is_read(
    target: Target, origin: str
) -> None:
    body = json.dumps({"id": "test", "parameter": [{"paper_source": "feeder"}]}).encode()
    for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded"):
        refused = target.ask("POST", "/f/AcquireImage", body, Origin=origin, Content_Type=kind)
        assert is_refused(refused), kind
    assert is_refused(target.ask("OPTIONS", "/f/AcquireImage", Origin=origin))
    assert is_refused(target.ask("GET", "/api/events", Origin=origin))
    # What is announced is not waited for.
    assert is_refused(target.ask("POST", "/f/AcquireImage", Origin=origin, Content_Length="1000"))


def test_two_origins_are_none(target: Target) -> None:
    ours = f"Host: 127.0.0.1:{target.port}\r\nConnection: close\r\n"
    for origins in ((GRANTED, "null"), ("null", GRANTED), (GRANTED, GRANTED)):
        lines = "".join(f"Origin: {origin}\r\n" for origin in origins)
        said = target.exchange(f"GET /api/events HTTP/1.1\r\n{ours}{lines}\r\n".encode())
        assert said.startswith(b"HTTP/1.1 403 ")


def test_our_own_origin_counts_with_this_very_scheme_host_and_port_alone(target: Target) -> None:
    for own in (
        f"https://127.0.0.1:{target.port}",
        f"http://localhost:{target.port}",
        f"http://[::1]:{target.port}",
        f"http://127.0.0.1:{target.port + 1}",
        "http://127.0.0.1",
        f"http://127.0.0.1:{target.port}.evil.example",
    ):
        assert is_refused(target.call("GetDevices", Origin=own)), own


def test_who_says_same_origin_and_names_another_is_believed_the_name(target: Target) -> None:
    refused = target.call("GetDevices", Origin="https://evil.example", Sec_Fetch_Site="same-origin")
    assert is_refused(refused)


def test_an_extensions_get_without_an_origin_may_show_the_page_and_do_nothing(
    target: Target,
) -> None:
    extension = {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"}
    for method, path in (
        ("GET", "/fa/VersionInfo"),
        ("GET", "/f/GetDevices"),
        ("POST", "/f/AcquireImage"),
        ("GET", "/api/events"),
        ("GET", "/dwt/dwt_1/events?id=test"),
        ("GET", "/dwt/dwt_1/doc?id=test"),
        ("POST", "/dwt/dwt_1/load?id=test"),
    ):
        refused = target.ask(method, path, **extension)
        assert (refused.status, refused.code) == (403, "origin-not-granted"), path
    image = target.ask("GET", "/dwt/dwt_1/img?id=test&index=0", **extension)
    assert (image.status, image.code) == (404, "not-found")
    shown = target.ask("GET", "/", **extension)
    assert shown.status == 200
    assert "access-control-allow-origin" not in shown.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("what", ["script", "style", "image", "object", "iframe", "worker"])
def test_what_a_page_embeds_without_an_origin_is_refused(
    target: Target, site: str, what: str
) -> None:
    embedding = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": what}
    if what == "iframe":
        embedding["Sec_Fetch_Mode"] = "navigate"
    for path in ("/", "/page.js", "/sheetfed.js", "/fa/VersionInfo", "/dwt/dwt_1/doc?id=test"):
        refused = target.ask("GET", path, **embedding)
        assert (refused.status, refused.code) == (403, "origin-not-granted"), path


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "x-forwarded-prefix",
    ],
)
def test_a_reverse_proxy_in_between_is_refused(target: Target, header: str) -> None:
    for origin in ({}, {"Origin": GRANTED}):
        refused = target.call("GetDevices", **origin, **{header: "for=192.0.2.1"})
        assert (refused.status, refused.code) == (421, "wrong-host")


def test_a_granted_origin_that_is_not_the_referrer_opens_no_page_by_its_place(
    target: Target,
) -> None:
    target.result("AcquireImage", {"paper_source": "flatbed"}, instance="mine", Origin=GRANTED)
    for referrer in (
        "https://evil.example/",
        f"https://evil.example/?{GRANTED}/",
        f"{GRANTED}.evil.example/",
        f"{GRANTED}@evil.example/",
        OTHER_GRANTED + "/",
        target.base + "/",
        "",
        "null",
    ):
        image = target.ask(
            "GET",
            "/dwt/dwt_1/img?id=mine&index=0&width=9",
            Referer=referrer,
            Sec_Fetch_Site="cross-site",
            Sec_Fetch_Mode="no-cors",
            Sec_Fetch_Dest="image",
        )
        assert (image.status, image.code) == (404, "not-found"), referrer
