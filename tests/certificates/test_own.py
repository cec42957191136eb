"""A pair of certificate and key: taken, or refused with its reason."""

import ssl
import subprocess
from pathlib import Path

import pytest

from fakes.certificates import Pair
from sheetfed.certificates import own
from sheetfed.certificates.errors import CertificateRefused


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair.written(tmp_path_factory.mktemp("own"))


def test_a_pair_is_taken_for_tls_1_2_and_newer(pair: Pair) -> None:
    made, certificate = own.read(pair.certificate, pair.key)
    assert made.minimum_version is ssl.TLSVersion.TLSv1_2
    assert certificate.fingerprint == pair.fingerprint


def test_the_key_of_another_certificate_is_refused(pair: Pair, tmp_path: Path) -> None:
    other = Pair.written(tmp_path)
    with pytest.raises(CertificateRefused, match=r"own\.key is not the key of .*own\.pem"):
        own.read(pair.certificate, other.key)


def test_a_missing_file_is_named(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(CertificateRefused, match=r"none\.pem: No such file"):
        own.read(tmp_path / "none.pem", pair.key)
    with pytest.raises(CertificateRefused, match=r"none\.key: No such file"):
        own.read(pair.certificate, tmp_path / "none.key")


def test_what_is_no_pem_is_refused(pair: Pair, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(bytes(range(256)))
    torn = tmp_path / "torn.pem"
    torn.write_bytes(pair.certificate.read_bytes().replace(b"MII", b"MIJ", 1))
    for name in ("rubbish", "torn.pem"):
        with pytest.raises(CertificateRefused, match=f"{name} is no certificate in PEM"):
            own.read(tmp_path / name, pair.key)
    with pytest.raises(CertificateRefused, match="rubbish is no private key in PEM"):
        own.read(pair.certificate, rubbish)


def test_an_encrypted_key_is_refused_and_nobody_is_asked(pair: Pair, tmp_path: Path) -> None:
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "pkey", "-in", pair.key, "-aes256", "-passout", "pass:secret", "-out", locked],
        timeout=15,
        check=True,
    )
    with pytest.raises(CertificateRefused, match=r"locked\.key is encrypted"):
        own.read(pair.certificate, locked)
