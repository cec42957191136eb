"""Targets: which addresses on the web pages may be sent to, and which machines those may be."""

import pytest

from sheetfed.core.errors import InvalidParameter, UploadRefused
from sheetfed.core.targets import Target, parse

APP = "https://app.example.org"


def target(url: str) -> Target:
    return parse("url", url)


@pytest.mark.parametrize(
    ("written", "origin", "path"),
    [
        ("https://app.example.org", APP, "/"),
        ("HTTPS://App.Example.ORG:443/Scan?To=1#top", APP, "/Scan?To=1"),
        ("https://app.example.org?x=%20", APP, "/?x=%20"),
        ("https://app.example.org:8443/", f"{APP}:8443", "/"),
        ("https://192.168.1.9/in", "https://192.168.1.9", "/in"),
        ("https://[FD00:0:0::1]:1/", "https://[fd00::1]:1", "/"),
        ("http://127.0.0.2:8000/", "http://127.0.0.2:8000", "/"),
        ("http://[::1]/", "http://[::1]", "/"),
        ("http://localhost:80/", "http://localhost", "/"),
        ("http://dev.localhost/", "http://dev.localhost", "/"),
    ],
)
def test_an_address_is_known_by_its_origin_and_the_rest_is_kept_as_it_is(
    written: str, origin: str, path: str
) -> None:
    found = target(written)
    assert (found.origin, found.path) == (origin, path)
    assert found.url == origin + path


@pytest.mark.parametrize(
    "written",
    [
        "",
        "app.example.org/x",
        "ftp://app.example.org/",
        "file:///etc/passwd",
        "http://app.example.org/",
        "http://192.168.1.9/",
        "http://[::ffff:127.0.0.1]/",
        "https://user:word@app.example.org/",
        "https://app.example.org@evil.example/",
        "https://app.example.org\\@evil.example/",
        "https://app.example.org /",
        "https://app.example.org/a b",
        "https://app.example.org/\r\nHost: x",
        "https://app.exämple.org/",
        "https://app.example.org./",
        "https://app..example.org/",
        "https://-/" * 300,
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://app.0x7f/",
        "https://[127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://fd00::1/",
        "https://app.example.org:0/",
        "https://app.example.org:65536/",
        "https://app.example.org:/",
    ],
)
def test_what_is_not_plainly_one_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        target(written)
    assert refused.value.details["name"] == "url"


def test_pages_go_to_the_calling_origin_or_to_one_that_is_allowed() -> None:
    here = target(f"{APP}/in")
    here.require_permitted(APP, ())
    here.require_permitted("https://other.example", (APP,))
    here.require_permitted(None, (APP,))


@pytest.mark.parametrize(
    "origin",
    [None, "https://evil.example", f"{APP}:8443", "http://app.example.org", f"{APP}.", "null"],
)
def test_pages_go_to_no_other_origin(origin: str | None) -> None:
    with pytest.raises(UploadRefused) as refused:
        target(f"{APP}/in").require_permitted(origin, ("https://third.example",))
    assert refused.value.details == {"origin": APP}


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "192.168.1.9",
        "10.0.0.1",
        "100.64.0.1",
        "2606:4700::1",
        "fd00::1",
        "::ffff:192.168.1.9",
        "64:ff9b::5db8:d822",
    ],
)
def test_a_name_may_stand_for_a_public_or_private_address(address: str) -> None:
    assert target(APP).admits(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "0.0.0.0",
        "::",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "64:ff9b:1::1",
        "169.254.1.1",
        "fe80::1",
        "fe80::1%eth0",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "169.254.170.2",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "nonsense",
    ],
)
def test_a_name_may_not_stand_for_this_machine_this_link_or_a_clouds_secrets(address: str) -> None:
    assert not target(APP).admits(address)


def test_a_target_on_this_machine_may_be_there_and_nowhere_else() -> None:
    for url in ("http://localhost:8000", "http://127.0.0.2:8000", "https://[::1]"):
        assert target(url).admits("127.0.0.1")
        assert target(url).admits("::1")
        assert not target(url).admits("192.168.1.9")
        assert not target(url).admits("169.254.1.1")


def test_a_target_on_this_link_is_that_address_alone() -> None:
    linked = target("https://169.254.1.1")
    assert linked.admits("169.254.1.1")
    assert not linked.admits("169.254.1.2")
    assert not target("https://169.254.169.254").admits("169.254.169.254")


def test_a_redirect_stays_within_its_origin() -> None:
    here = target(f"{APP}/in/box?x=1")
    assert here.redirected("/there").url == f"{APP}/there"
    assert here.redirected("there").url == f"{APP}/in/there"
    assert here.redirected(f"{APP}:443/there").url == f"{APP}/there"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://app.example.org/",
        "https://[x",
        "\t\n a b",
        f"{APP}:8443/",
        "https://app.example.org@evil.example/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_elsewhere_is_refused(location: str) -> None:
    with pytest.raises(UploadRefused):
        target(f"{APP}/in").redirected(location)
