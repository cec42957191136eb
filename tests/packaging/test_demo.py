"""The demo: what the README promises, as somebody at a terminal sees it."""

import os
import signal
import subprocess
import urllib.request
from pathlib import Path

import pikepdf
import pytest

DEV = Path(__file__).parents[2] / "dev"

pytestmark = pytest.mark.timeout(120)


def test_it_scans_the_feeders_ten_pages_to_a_pdf_and_ends(tmp_path: Path) -> None:
    demo = subprocess.run(
        [DEV, "demo", "--exit"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout
    with pikepdf.open(tmp_path / "demo.pdf") as pdf:
        assert len(pdf.pages) == 10


def _heeding_ctrl_c() -> None:
    """As in a terminal, also where the tests were started in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_it_serves_its_page_until_ctrl_c(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [DEV, "demo"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=_heeding_ctrl_c,
    ) as demo:
        try:
            assert demo.stdout is not None
            said = []
            for line in demo.stdout:
                said.append(line.strip())
                if "Ctrl-C" in line:
                    break
            (page,) = [line.split()[-1] for line in said if line.startswith("== the page:")]
            with urllib.request.urlopen(page, timeout=10) as answer:
                assert b"<html" in answer.read()
        finally:
            os.killpg(demo.pid, signal.SIGINT)
            demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["demo.pdf"]
