"""The manual page lists what the code has: commands, options and exit codes."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from sheetfed.bus.errors import NAMES
from sheetfed.cli.exits import MEANINGS, OF_NAMES, Exit, of_error
from sheetfed.cli.main import main

MANUAL = (Path(__file__).parents[2] / "debian" / "sheetctl.1").read_text("utf-8")
TEXT = MANUAL.replace("\\-", "-")


def _commands(command: click.Command, *names: str) -> Iterator[tuple[str, click.Command]]:
    if names:
        yield " ".join(names), command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(child, *names, name)


def _options(command: click.Command) -> set[str]:
    return {
        name
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
    }


def _listed(section: str) -> set[str]:
    entries = re.findall(r"^\.TP\n(.*)$", section, re.MULTILINE)
    return {name for entry in entries for name in re.findall(r"\\fB(--?[a-z-]+)\\fR", entry)}


def test_every_command_and_no_other_is_in_the_manual() -> None:
    listed = re.findall(r'^\.SS "sheetctl ([a-z -]+?)(?: \[?\\fI.*)?"$', TEXT, re.MULTILINE)
    assert listed == [name for name, _ in _commands(main)]


def test_every_option_of_every_command_is_in_the_manual() -> None:
    for name, command in _commands(main):
        section = re.split(rf'^\.SS "sheetctl {name}(?: \[?\\fI.*)?"$', TEXT, flags=re.MULTILINE)[1]
        assert _listed(re.split(r"^\.S[SH] ", section, flags=re.MULTILINE)[0]) == _options(command)


def test_the_options_before_the_command_are_in_the_manual() -> None:
    section = TEXT.split(".SH OPTIONS\n")[1].split("\n.SH ")[0]
    assert _listed(section) == _options(main) | {"-h", "--help"}


def test_every_exit_code_is_in_the_manual_with_its_meaning() -> None:
    section = TEXT.split(".SH EXIT STATUS\n")[1].split("\n.SH ")[0]
    listed = re.findall(r"^\.TP\n\.B (\d+)\n(.*)$", section, re.MULTILINE)
    assert listed == [(str(code.value), meaning) for code, meaning in MEANINGS.items()]
    assert set(MEANINGS) == set(Exit)


def test_every_exit_code_for_an_error_is_for_one_that_there_is() -> None:
    ours = {name for name in OF_NAMES if name.startswith("org.sheetfed1.")}
    assert ours <= set(NAMES.values())
    assert Exit.OK not in {of_error(name) for name in NAMES.values()}


def test_a_service_that_the_bus_cannot_start_is_one_that_does_not_run() -> None:
    assert of_error("org.freedesktop.DBus.Error.Spawn.ExecFailed") is Exit.NO_SERVICE
    assert of_error("org.freedesktop.systemd1.NoSuchUnit") is Exit.NO_SERVICE


def test_no_list_of_commands_is_cut_short() -> None:
    groups = [main, *(each for each in main.commands.values() if isinstance(each, click.Group))]
    for group in groups:
        told = CliRunner().invoke(group, ["--help"], terminal_width=80).output
        assert "..." not in told.partition("Commands:")[2], told
