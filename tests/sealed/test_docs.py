"""docs/encryption.md: its recipe opens what we seal, and its drop-in is the one that is shipped."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sheetfed.sealed.keyring import Keyring
from sheetfed.sealed.keys import Key
from sheetfed.sealed.sealedfile import CHUNK_BYTES

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "encryption.md").read_text()


def code(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("size", [0, 100, CHUNK_BYTES, 2 * CHUNK_BYTES + 1])
def test_a_sealed_file_is_read_without_this_code(tmp_path: Path, size: int) -> None:
    key_file, sealed, clear = (tmp_path / name for name in ("key", "sealed", "clear"))
    key_file.write_bytes(os.urandom(40))
    content = os.urandom(size)
    with Keyring(sealing=Key.from_file(key_file.read_bytes())).created(sealed) as file:
        file.write(content)
    subprocess.run(
        [sys.executable, "-c", code("python"), key_file, sealed, clear], check=True, timeout=15
    )
    assert clear.read_bytes() == content


def test_the_drop_in_is_the_one_that_is_shipped() -> None:
    shipped = (ROOT / "systemd" / "store-key.conf").read_text().splitlines()
    assert [line for line in shipped if not line.startswith("#")] == code("ini").splitlines()
