"""sheetctl config check: what the daemon says of its configuration, without the service."""

from pathlib import Path

from fakes.sheetctl import Sheetctl
from sheetfed.cli.config import DEFAULT
from sheetfed.config import DEFAULT_PATH


async def test_a_right_file_is_told_so(sheetctl: Sheetctl, folder: Path) -> None:
    (folder / "sheetfed.toml").write_text('defaults.mode = "gray"\n')
    ran = await sheetctl("config", "check", "--config", "sheetfed.toml")
    assert (ran.code, ran.out, ran.err) == (0, b"sheetfed.toml is right.\n", "")


async def test_every_problem_is_listed(sheetctl: Sheetctl, folder: Path) -> None:
    (folder / "sheetfed.toml").write_text('defaults.mode = "pink"\njobs.patience = 1\n')
    words = ("config", "check", "--config", "sheetfed.toml")
    ran = await sheetctl(*words)
    assert (ran.code, ran.out) == (1, b"")
    assert 'defaults.mode: found "pink"' in ran.err
    assert "jobs.patience: found an unknown key" in ran.err
    told = (await sheetctl("--json", *words)).json
    assert (told["right"], len(told["messages"])) == (False, 2)


def test_it_looks_at_the_file_that_the_service_reads() -> None:
    assert DEFAULT == DEFAULT_PATH
