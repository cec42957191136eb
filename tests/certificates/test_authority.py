"""What the authority signs is good for loopback addresses, in OpenSSL's eyes, and for no other."""

import ipaddress
import itertools
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from sheetfed.certificates.authority import LOOPBACK, Authority
from sheetfed.certificates.decade import LEAF_DAYS_AT_MOST
from sheetfed.certificates.machine import Machine

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def verified(authority: Path, leaf: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            "openssl",
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-no-CApath",
            "-CAfile",
            str(authority),
            *names,
            str(leaf),
        ],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )


@pytest.mark.parametrize(
    "name", [("-verify_ip", "127.0.0.1"), ("-verify_ip", "::1"), ("-verify_hostname", "localhost")]
)
def test_a_leaf_is_good_for_this_machine(here: Machine, name: tuple[str, str]) -> None:
    answer = verified(here.authority_path, here.leaves[0].path, *name)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", [("-verify_ip", "127.0.0.2"), ("-verify_hostname", "example.org")])
def test_a_leaf_is_good_for_nothing_else(here: Machine, name: tuple[str, str]) -> None:
    answer = verified(here.authority_path, here.leaves[0].path, *name)
    assert answer.returncode != 0
    assert "mismatch" in answer.stderr


@pytest.mark.parametrize(
    "name",
    [
        x509.DNSName("example.org"),
        x509.DNSName("*.example.org"),
        x509.DNSName("localhost.example.org"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.2")),
        x509.IPAddress(ipaddress.ip_address("192.168.0.1")),
        x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
    ],
    ids=str,
)
def test_a_leaf_for_another_name_would_be_refused_even_if_the_authority_signed_it(
    name: x509.GeneralName, tmp_path: Path
) -> None:
    authority = Authority(since=NOW - DAY, until=NOW + DAY)
    signed = authority.sign(since=NOW - DAY, until=NOW + DAY, names=[*LOOPBACK, name])
    (tmp_path / "ca.pem").write_bytes(authority.certificate)
    (tmp_path / "leaf.pem").write_bytes(signed.certificate)
    answer = verified(tmp_path / "ca.pem", tmp_path / "leaf.pem")
    assert answer.returncode != 0
    assert "permitted subtree violation" in answer.stderr


def test_the_authority_signs_no_other_authority(here: Machine) -> None:
    certificate = x509.load_pem_x509_certificate(here.authority_path.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.path_length) == (True, 0)


def test_a_leaf_has_the_uses_that_firefox_asks_for(here: Machine) -> None:
    for leaf in here.leaves:
        certificate = x509.load_pem_x509_certificate(leaf.path.read_bytes())
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert (usage.digital_signature, usage.key_encipherment) == (True, True)


def test_leaves_are_short_overlap_and_last_for_ten_years(here: Machine) -> None:
    spans = [(leaf.certificate.since, leaf.certificate.until) for leaf in here.leaves]
    assert all(until - since <= LEAF_DAYS_AT_MOST * DAY for since, until in spans)
    overlaps = [until - following for (_, until), (following, _) in itertools.pairwise(spans)]
    assert all(overlap >= 30 * DAY for overlap in overlaps)
    assert spans[0][0] <= NOW
    assert spans[-1][1] >= NOW + 3650 * DAY
    assert here.until == spans[-1][1]


def test_two_machines_authorities_have_different_names_and_keys() -> None:
    one, other = (Authority(since=NOW, until=NOW + DAY) for _ in range(2))
    assert one.mark != other.mark
    assert one.certificate != other.certificate


def nss(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["certutil", "-d", f"sql:{folder}", *words],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (LOOPBACK, "certificate is valid"),
        (
            [*LOOPBACK, x509.DNSName("example.org")],
            "not permitted to issue a certificate with this name",
        ),
    ],
    ids=["loopback", "another name"],
)
def test_nss_which_firefox_has_takes_a_leaf_for_loopback_and_no_other(
    names: list[x509.GeneralName], told: str, tmp_path: Path
) -> None:
    authority = Authority(since=NOW - DAY, until=NOW + DAY)
    signed = authority.sign(since=NOW - DAY, until=NOW + DAY, names=names)
    (tmp_path / "ca.pem").write_bytes(authority.certificate)
    (tmp_path / "leaf.pem").write_bytes(signed.certificate)
    for words in (
        ("-N", "--empty-password"),
        ("-A", "-n", "ca", "-t", "C,,", "-i", str(tmp_path / "ca.pem")),
        ("-A", "-n", "leaf", "-t", ",,", "-i", str(tmp_path / "leaf.pem")),
    ):
        assert nss(tmp_path, *words).returncode == 0
    answer = nss(tmp_path, "-V", "-n", "leaf", "-u", "V", "-e")
    assert told in answer.stdout + answer.stderr
