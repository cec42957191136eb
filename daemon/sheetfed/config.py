"""Configuration: TOML files in, one checked Config out, or every problem at once."""

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sheetfed.config_key import Key
from sheetfed.config_kinds import Endpoint
from sheetfed.config_schema import Config, LogLevel, keys

__all__ = [
    "DEFAULT_PATH",
    "Config",
    "ConfigError",
    "Endpoint",
    "LogLevel",
    "Problem",
    "describe",
    "load",
    "reload",
]

DEFAULT_PATH = Path("/etc/sheetfed/sheetfed.toml")
_FOUND_MAX = 100
_KEYS = {key.dotted: key for key in keys()}
_TABLES = tuple(dict.fromkeys(key.table for key in _KEYS.values()))

_Values = dict[str, tuple[Any, Path]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: in which file, under which dotted key, what it is and what may be there."""

    file: Path
    key: str
    found: str
    allowed: str
    reason: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        text = f"{place}: {self.key}: " if self.key else f"{place}: "
        text += f"found {self.found}; allowed: {self.allowed}"
        return f"{text} ({self.reason})" if self.reason else text


class ConfigError(Exception):
    """The configuration cannot be used; `problems` has everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def load(path: Path = DEFAULT_PATH) -> Config:
    """Read the file and its sibling conf.d/*.toml in the order of their names; blocking.

    A later file replaces single keys of an earlier one. Only the file at DEFAULT_PATH may be
    missing. Raises ConfigError.
    """
    values: _Values = {}
    problems: list[Problem] = []
    for file in (path, *_drop_ins(path, problems)):
        problems += _read(file, values, may_be_missing=file == path == DEFAULT_PATH)
    problems += _contradictions(values, path)
    if problems:
        raise ConfigError(tuple(problems))
    return _build({dotted: value for dotted, (value, _) in values.items()})


def describe(config: Config) -> str:
    """The effective configuration as TOML; loading it gives an equal Config."""
    tables = []
    for table in _TABLES:
        lines = [
            f"{key.name} = {_toml(key.kind.write(_value(config, key)))}"
            for key in _KEYS.values()
            if key.table == table
        ]
        tables.append("\n".join([f"[{table}]", *lines]) + "\n")
    return "\n".join(tables)


def reload(running: Config, fresh: Config) -> tuple[Config, tuple[str, ...]]:
    """What holds without a restart, and the dotted keys whose change waits for one."""
    changed = [key for key in _KEYS.values() if _value(running, key) != _value(fresh, key)]
    merged = running
    for key in changed:
        if key.reloads:
            table = replace(getattr(merged, key.table), **{key.name: _value(fresh, key)})
            merged = replace(merged, **{key.table: table})
    return merged, tuple(key.dotted for key in changed if not key.reloads)


def _drop_ins(path: Path, problems: list[Problem]) -> list[Path]:
    folder = path.parent / "conf.d"
    try:
        return sorted(
            file
            for file in folder.iterdir()
            if file.suffix == ".toml" and not file.name.startswith(".")
        )
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(Problem(folder, "", str(error.strerror), "a readable folder"))
        return []


def _read(file: Path, values: _Values, *, may_be_missing: bool) -> Iterator[Problem]:
    try:
        content = file.read_text("utf-8")
        tables = tomllib.loads(content)
    except FileNotFoundError:
        if not may_be_missing:
            yield Problem(file, "", "no such file", "a configuration file")
    except OSError as error:
        yield Problem(file, "", str(error.strerror), "a readable file")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        yield Problem(file, "", "bytes that are not UTF-8", "TOML in UTF-8", line=line)
    except tomllib.TOMLDecodeError as error:
        yield _syntax(file, content, str(error))
    except RecursionError:
        yield Problem(file, "", "lists or tables nested too deep", "TOML")
    else:
        for name, table in tables.items():
            if name not in _TABLES:
                yield _unknown(file, name, _TABLES, "table" if isinstance(table, dict) else "key")
            elif not isinstance(table, dict):
                yield Problem(file, name, _shown(table), f"a table: [{name}]")
            else:
                yield from _read_table(file, name, table, values)


def _read_table(
    file: Path, name: str, table: Mapping[str, object], values: _Values
) -> Iterator[Problem]:
    for key_name, found in table.items():
        key = _KEYS.get(f"{name}.{key_name}")
        if key is None:
            own = tuple(key.name for key in _KEYS.values() if key.table == name)
            yield _unknown(file, f"{name}.{key_name}", own, "key")
            continue
        try:
            values[key.dotted] = key.kind.read(found), file
        except ValueError as error:
            yield Problem(file, key.dotted, _shown(found), key.kind.allowed, str(error))


def _syntax(file: Path, content: str, message: str) -> Problem:
    match = re.search(r" \(at line (\d+), column \d+\)$", message)
    line = int(match[1]) if match else content.count("\n") + 1
    what = message[: match.start()] if match else message
    return Problem(file, "", what, "TOML", line=line)


def _unknown(file: Path, dotted: str, siblings: tuple[str, ...], what: str) -> Problem:
    name = dotted.rpartition(".")[2]
    near = difflib.get_close_matches(name, siblings, n=1)
    if near:
        near = [dotted.removesuffix(name) + near[0]]
    elif what == "key":
        elsewhere = [key.dotted for key in _KEYS.values() if key.name == name]
        near = elsewhere[:1] or difflib.get_close_matches(dotted, list(_KEYS), n=1)
    hint = f"did you mean {near[0]}?" if near else ""
    return Problem(file, dotted, f"an unknown {what}", ", ".join(siblings), hint)


def _contradictions(values: _Values, main: Path) -> Iterator[Problem]:
    """What is wrong between keys that are each well formed."""
    defaults = Config()

    def of(dotted: str) -> tuple[Any, Path]:
        return values.get(dotted, (_value(defaults, _KEYS[dotted]), main))

    for given, missing in (
        ("https.certificate", "https.key"),
        ("https.key", "https.certificate"),
    ):
        value, file = of(given)
        if value is not None and of(missing)[0] is None:
            yield Problem(file, missing, '""', f"a path, since {given} has one; or both empty")
    listen, file = of("https.listen")
    for endpoint in listen:
        if endpoint.port and endpoint in of("http.listen")[0]:
            yield Problem(file, "https.listen", f'"{endpoint}"', "addresses not in http.listen")
    cache, file = of("store.cache")
    if cache == of("store.path")[0]:
        yield Problem(file, "store.cache", f'"{cache}"', "another folder than store.path")


def _build(values: Mapping[str, object]) -> Config:
    tables = {}
    for table in fields(Config):
        given = {
            key.name: values[key.dotted]
            for key in _KEYS.values()
            if key.table == table.name and key.dotted in values
        }
        tables[table.name] = table.type(**given)  # type: ignore[operator]
    return Config(**tables)


def _value(config: Config, key: Key) -> Any:
    return getattr(getattr(config, key.table), key.name)


def _shown(found: object) -> str:
    if isinstance(found, dict):
        return "a table"
    shown = _toml(found) if isinstance(found, str | int | bool | list) else str(found)
    return shown if len(shown) <= _FOUND_MAX else shown[: _FOUND_MAX - 1] + "…"


def _toml(value: object) -> str:
    """The value as TOML 1.0; what is not TOML's of ours, as Python writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, except that TOML escapes DEL too.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return str(value)
