"""Origins: read as people write them, kept as browsers send them, and whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetfed.core.origins import is_serialised, origin, site


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://app.example.org", "https://app.example.org"),
        ("HTTPS://App.Example.ORG/", "https://app.example.org"),
        ("https://app.example.org:443", "https://app.example.org"),
        ("https://app.example.org:08443", "https://app.example.org:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://localhost:80", "http://localhost"),
        ("http://app.localhost:3000", "http://app.localhost:3000"),
        ("http://127.1.2.3:8080", "http://127.1.2.3:8080"),
        ("http://[0:0::1]:8080", "http://[::1]:8080"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
        ("https://10.0.0.1", "https://10.0.0.1"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(given: str, expected: str) -> None:
    assert origin(given) == expected
    assert origin(expected) == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("null", "every sandboxed page"),
        ("*", "wildcard"),
        ("https://*.example.org", "wildcard"),
        ("app.example.org", "is not scheme://host"),
        ("https://app.example.org/scan", "nothing after it"),
        ("https://app.example.org?x", "nothing after it"),
        ("https://user@app.example.org", "is not scheme://host"),
        ("https://", "is not scheme://host"),
        ("https://a b", "is not a host name"),
        ("https://a..b", "is not a host name"),
        ("https://bücher.example", "xn-- form"),
        ("https://app.example.org:0", "no valid port"),
        ("https://app.example.org:65536", "no valid port"),
        ("https://127.1", "is not an IPv4 address"),
        ("https://0x7f.0.0.1.0x1", "is not an IPv4 address"),
        ("https://[::1%eth0]", "not an address that an origin can have"),
        ("https://[::ffff:10.0.0.1]", "not an address that an origin can have"),
        ("https://[zz]", "is not an IPv6 address"),
        ("http://app.example.org", "is not encrypted"),
        ("http://10.0.0.1", "is not encrypted"),
        ("http://localhost.example.org", "is not encrypted"),
        ("chrome-extension://abcdef", "neither https nor http"),
        ("file:///", "is not scheme://host"),
    ],
)
def test_an_origin_that_cannot_be_granted_is_refused_with_the_reason(
    given: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        origin(given)
    assert not is_serialised(given)


@given(st.text())
def test_reading_an_origin_gives_a_fixed_point_or_refuses(value: str) -> None:
    try:
        normal = origin(value)
    except ValueError:
        return
    assert origin(normal) == normal


@pytest.mark.parametrize(
    "value",
    ["https://App.example.org", "https://app.example.org:443", "https://app.example.org/"],
)
def test_what_a_browser_would_write_otherwise_is_not_serialised(value: str) -> None:
    assert origin(value) != value
    assert not is_serialised(value)
    assert is_serialised(origin(value))


@pytest.mark.parametrize("value", ["https://" + "a" * 64, "https://" + "a." * 127 + "aa"])
def test_a_name_that_no_host_can_have_is_not_serialised(value: str) -> None:
    assert not is_serialised(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org", "example.org"),
        ("https://a1.example.org", "example.org"),
        ("https://b.a1.example.org:8443", "example.org"),
        ("https://a.example.co.uk", "example.co.uk"),
        ("https://example.co.uk", "example.co.uk"),
        ("https://co.uk", "co.uk"),
        ("https://a.example.de", "example.de"),
        ("https://uk", "uk"),
        ("http://localhost:5173", "localhost"),
        ("http://app.localhost", "localhost"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]"),
        ("https://intranet", "intranet"),
    ],
)
def test_the_origins_of_one_owner_are_one_site(value: str, expected: str) -> None:
    assert site(value) == expected
