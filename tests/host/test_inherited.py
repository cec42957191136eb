"""What the service manager hands over, found by its name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheetfed.host import inherited
from sheetfed.host.inherited import descriptors

OURS = {"LISTEN_PID": str(os.getpid())}


def test_descriptors_are_numbered_from_three_and_named_in_their_order() -> None:
    code = (
        "import os\n"
        "os.environ['LISTEN_PID'] = str(os.getpid())\n"
        "from sheetfed.host.inherited import descriptors\n"
        "print(descriptors('store-key'), os.get_inheritable(4), descriptors('other'))\n"
    )
    words = {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:store-key"}
    script = f'exec 3</dev/null 4</dev/null; exec {sys.executable} -c "$CODE"'
    root = Path(str(inherited.__file__)).parents[2]
    answer = subprocess.run(
        ["sh", "-c", script],
        env={**os.environ, **words, "CODE": code, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=15,
        check=True,
    )
    assert answer.stdout.strip() == "[4] False []"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDS": "many", "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDS": "0", "LISTEN_FDNAMES": "store-key"},
        {**OURS, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "web"},
        {**OURS, "LISTEN_FDS": "1"},
    ],
)
def test_nothing_is_found_that_was_not_handed_to_us(environ: dict[str, str]) -> None:
    assert descriptors("store-key", environ=environ) == []
