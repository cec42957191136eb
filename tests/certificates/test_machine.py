"""The folder of this machine's certificates: who may read what, and that it is whole or old."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from fakes.certificates import US, made
from sheetfed.certificates import machine
from sheetfed.certificates.authority import Authority
from sheetfed.certificates.errors import CertificateRefused, CertificatesMissing
from sheetfed.certificates.machine import Machine

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def test_keys_are_the_services_alone_and_the_authority_is_everybodys(here: Machine) -> None:
    for leaf in here.leaves:
        status = leaf.path.stat()
        assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o600, os.getuid())
    assert stat.S_IMODE(here.authority_path.stat().st_mode) == 0o644


def test_the_authoritys_key_is_in_no_file(here: Machine) -> None:
    authority = x509.load_pem_x509_certificate(here.authority_path.read_bytes())
    files = list(here.authority_path.parent.iterdir())
    assert len(files) == 11
    for file in files:
        assert file.read_bytes().count(b"PRIVATE KEY") == (0 if file.name == "ca.pem" else 2)
        if file.name != "ca.pem":
            key = serialization.load_pem_private_key(file.read_bytes(), None)
            assert key.public_key() != authority.public_key()


def test_the_leaf_in_force_is_the_one_that_began_last(here: Machine) -> None:
    second = here.leaves[1]
    before, at = second.certificate.since - timedelta(seconds=1), second.certificate.since
    assert here.in_force(before) == here.leaves[0]
    assert here.after(before) == second
    assert here.in_force(at) == second
    assert here.after(at) == here.leaves[2]


def test_a_clock_that_is_far_off_gets_the_nearest_leaf(here: Machine) -> None:
    assert here.in_force(datetime(1970, 1, 1, tzinfo=UTC)) == here.leaves[0]
    late = datetime(2100, 1, 1, tzinfo=UTC)
    assert here.in_force(late) == here.leaves[-1]
    assert here.after(late) is None


def test_they_are_due_when_there_are_none_when_some_are_missing_and_when_the_last_nears_its_end(
    copied: Machine, tmp_path: Path
) -> None:
    assert machine.why_due(tmp_path, NOW) == "there are none"
    folder, end = copied.authority_path.parent, copied.authority.until
    assert machine.why_due(folder, NOW) == ""
    assert machine.why_due(folder, end - 61 * DAY) == ""
    assert machine.why_due(folder, end - 59 * DAY) == "they are about to end"
    copied.leaves[3].path.unlink()
    assert machine.why_due(folder, NOW) == "some are missing"
    copied.authority_path.write_text("torn")
    assert machine.why_due(folder, NOW) == "ca.pem is no certificate"


def test_new_ones_replace_the_old_and_what_was_left_unfinished(copied: Machine) -> None:
    folder = copied.authority_path.parent
    (folder / ".new-leaf-00000000-01.pem").write_text("torn")
    new = made(folder)
    assert new.authority.fingerprint != copied.authority.fingerprint
    assert len(list(folder.iterdir())) == 11


def test_until_all_new_ones_are_there_the_old_hold(
    copied: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied.authority_path.parent
    written, write = [], machine._write

    def torn(path: Path, content: bytes, mode: int, owner: machine.Account | None) -> None:
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(path, content, mode, owner)

    monkeypatch.setattr(machine, "_write", torn)
    with pytest.raises(OSError, match="No space"):
        machine.make(folder, owner=US, now=NOW)
    assert machine.read(folder) == copied


def test_a_folder_without_an_authority_has_no_certificates(tmp_path: Path) -> None:
    with pytest.raises(CertificatesMissing, match="this machine has no certificates in"):
        machine.read(tmp_path)


def test_leaves_of_another_authority_do_not_count(copied: Machine) -> None:
    copied.authority_path.write_bytes(Authority(since=NOW, until=NOW + DAY).certificate)
    with pytest.raises(CertificatesMissing, match=r"was signed by its ca\.pem"):
        machine.read(copied.authority_path.parent)


@pytest.mark.parametrize("name", ["ca.pem", "leaf-00000000-01.pem"])
def test_a_damaged_file_is_named(name: str, here: Machine, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(here.authority_path.read_bytes())
    (tmp_path / name).write_text("torn")
    with pytest.raises(CertificateRefused, match=f"{name} is no certificate"):
        machine.read(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").mkdir()
    with pytest.raises(CertificateRefused, match=r"ca\.pem: Is a directory"):
        machine.read(tmp_path)
