"""Programs: what others' programs and our own workers may use is limited."""

import signal
import subprocess
import sys

import pytest

from sheetfed.imaging import programs

ENDLESS = "while True: pass"
LIMITED = f"from sheetfed.imaging import limits\nwith limits.processor_time(0.2):\n    {ENDLESS}\n"


def test_a_program_gets_its_input_and_gives_its_output() -> None:
    assert programs.run(["tr", "a-z", "A-Z"], seconds=10, given=b"sheet") == b"SHEET"


def test_a_program_that_is_not_there_is_missing() -> None:
    with pytest.raises(programs.ProgramMissing):
        programs.run(["no-such-program-of-anyone"], seconds=1)


@pytest.mark.parametrize(
    "code",
    ["raise SystemExit(3)", ENDLESS, "import time; time.sleep(60)", "bytearray(3 << 30)"],
    ids=["error", "processor", "time", "memory"],
)
def test_a_program_that_fails_or_takes_too_much_has_failed(code: str) -> None:
    with pytest.raises(programs.ProgramFailed):
        programs.run([sys.executable, "-c", code], seconds=1)


def test_a_program_works_with_one_thread() -> None:
    assert programs.run(["printenv", "OMP_THREAD_LIMIT"], seconds=10) == b"1\n"


def test_processor_time_beyond_its_limit_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    ended = subprocess.run([sys.executable, "-c", LIMITED], timeout=15)
    assert ended.returncode == -signal.SIGXCPU


def test_a_limit_holds_for_its_block_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    code = (
        "import resource, time\n"
        "from sheetfed.imaging import limits\n"
        "before = resource.getrlimit(resource.RLIMIT_CPU)\n"
        "with limits.processor_time(5):\n"
        "    assert resource.getrlimit(resource.RLIMIT_CPU)[0] <= time.process_time() + 6\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU) == before\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=15)
