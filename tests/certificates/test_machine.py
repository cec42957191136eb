"""The folder of this machine's certificates: who may read what, and that it is whole or old."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from fakes.certificates import US, made
from fakes.daemon import package_folder
from sheetfed.certificates import machine, making, parsing
from sheetfed.certificates.authority import Authority
from sheetfed.certificates.errors import CertificateRefused, CertificatesMissing
from sheetfed.certificates.machine import Machine

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def test_keys_are_the_services_alone_and_the_authority_is_everybodys(here: Machine) -> None:
    for leaf in here.leaves:
        status = leaf.path.stat()
        assert (stat.S_IMODE(status.st_mode), status.st_uid) == (0o600, os.getuid())
    for path in (here.authority_path, here.authority_path.with_name("index.json")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_the_authoritys_key_is_in_no_file(here: Machine) -> None:
    authority = x509.load_pem_x509_certificate(here.authority_path.read_bytes())
    files = list(here.authority_path.parent.iterdir())
    assert len(files) == 12
    for file in files:
        is_public = file.name in ("ca.pem", "index.json")
        assert file.read_bytes().count(b"PRIVATE KEY") == (0 if is_public else 2)
        if not is_public:
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


def test_they_are_due_when_there_are_none_and_when_the_last_nears_its_end(
    copied: Machine, tmp_path: Path
) -> None:
    assert machine.why_due(tmp_path, NOW) == "there are none"
    folder = copied.authority_path.parent
    assert machine.why_due(folder, NOW) == ""
    assert machine.why_due(folder, copied.until - 61 * DAY) == ""
    assert machine.why_due(folder, copied.until - 59 * DAY) == "they are about to end"


def test_they_are_due_when_they_are_not_as_they_were_made(copied: Machine) -> None:
    folder = copied.authority_path.parent
    copied.authority_path.write_bytes(Authority(since=NOW, until=NOW + DAY).certificate)
    assert machine.why_due(folder, NOW) == "ca.pem is not the one that has signed them"
    copied.authority_path.unlink()
    assert machine.why_due(folder, NOW) == "ca.pem is not the one that has signed them"
    copied.leaves[3].path.unlink()
    assert machine.why_due(folder, NOW) == "some are missing"
    (folder / "index.json").write_text("torn")
    assert machine.why_due(folder, NOW).endswith("index.json is damaged")


def test_new_ones_replace_the_old_and_what_was_left_unfinished(copied: Machine) -> None:
    folder = copied.authority_path.parent
    (folder / ".new-leaf-00000000-01.pem").write_text("torn")
    new = made(folder)
    assert new.authority_fingerprint != copied.authority_fingerprint
    assert len(list(folder.iterdir())) == 12
    assert machine.read(folder) == new


def test_until_all_new_ones_are_there_the_old_hold(
    copied: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied.authority_path.parent
    written, write = [], making._write

    def torn(path: Path, content: bytes, mode: int, owner: making.Account | None) -> None:
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(path, content, mode, owner)

    monkeypatch.setattr(making, "_write", torn)
    with pytest.raises(OSError, match="No space"):
        making.make(folder, owner=US, now=NOW)
    assert machine.read(folder) == copied
    assert machine.why_due(folder, NOW) == ""


def test_what_the_index_says_is_what_the_certificates_are(here: Machine) -> None:
    assert machine.read(here.authority_path.parent) == here
    for leaf in here.leaves:
        assert parsing.certificate(leaf.path.read_bytes()) == leaf.certificate
    authority = here.authority_path.read_bytes()
    assert parsing.certificate(authority).fingerprint == here.authority_fingerprint
    assert parsing.certificate(authority).until == here.until


def test_a_folder_without_an_index_has_no_certificates(tmp_path: Path) -> None:
    with pytest.raises(CertificatesMissing, match="this machine has no certificates in"):
        machine.read(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "torn",
        "[]",
        "{}",
        '{"authority": "A", "issuer": "I", "certificates": []}',
        '{"authority": "A", "issuer": "I", "certificates": [{"file": "a"}]}',
        '{"authority": "A", "issuer": "I", "certificates": [7]}',
    ],
)
def test_a_damaged_index_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(content)
    with pytest.raises(CertificateRefused, match=r"index\.json is damaged"):
        machine.read(tmp_path)


def test_an_index_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.json").mkdir()
    with pytest.raises(CertificateRefused, match=r"index\.json: Is a directory"):
        machine.read(tmp_path)


def test_the_daemon_needs_no_parser_for_them(here: Machine) -> None:
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from sheetfed.certificates import presented\n"
        "source = presented.Source(own=None, folder=Path(sys.argv[1]))\n"
        "assert presented._look(source, datetime.now(UTC)).context is not None\n"
        "print([name for name in sys.modules if name.startswith('cryptography')])\n"
    )
    words = [sys.executable, "-c", code, str(here.authority_path.parent)]
    environment = {**os.environ, "PYTHONPATH": package_folder()}
    answer = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=15, check=True
    )
    assert answer.stdout == "[]\n"
