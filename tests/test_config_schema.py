"""The configuration's schema: printed, reloaded and documented as it is declared."""

import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.config_file import problem, written
from sheetfed.config import Config, Endpoint, LogLevel, describe, load, reload
from sheetfed.config_key import Key
from sheetfed.config_papers import Encryption
from sheetfed.config_schema import keys
from sheetfed.core.model import Mode

CHECKOUT = Path(__file__).parents[1]
KEYS = {key.dotted: key for key in keys()}


SIZES = st.integers(1 << 20, 1 << 28)
TEXTS = st.text()
LINES = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1)
PATHS = TEXTS.filter(lambda text: "\0" not in text).map(lambda text: Path("/x", text.lstrip("/")))
ENDPOINTS = st.lists(
    st.builds(Endpoint, st.sampled_from(["127.0.0.1", "127.9.8.7", "::1"]), st.integers(1, 32000)),
    unique=True,
).map(tuple)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "http.listen": ENDPOINTS,
    "http.host_aliases": st.just(("a.example", "b")),
    "http.max_json_bytes": SIZES,
    "https.listen": st.just((Endpoint("::1", 0), Endpoint("127.0.0.1", 40000))),
    "https.machine_certificates": PATHS,
    "store.path": PATHS,
    "store.cache": st.just(Path("/cache")),
    "store.max_bytes": SIZES,
    "store.max_bytes_per_owner": st.just(0) | SIZES,
    "store.max_pages": st.integers(1, 1_000_000),
    "store.min_free_bytes": st.integers(0, 1 << 62),
    "store.render_cache_bytes": SIZES,
    "store.keep_hours_browser": st.integers(1, 10_000),
    "store.keep_hours_other": st.integers(1, 10_000),
    "store.encrypt": st.sampled_from(Encryption),
    "store.key_file": st.none() | PATHS,
    "scanners.sane_config_dir": st.none() | PATHS,
    "scanners.virtual": st.booleans(),
    "scanners.default": TEXTS,
    "scanners.hide": st.lists(LINES, unique=True).map(tuple),
    "scanners.rename": st.dictionaries(LINES, LINES).map(lambda names: tuple(names.items())),
    "scanners.devices": st.lists(LINES.map("net:{}".format), unique=True).map(tuple),
    "scanners.prefer": st.sampled_from([(), ("*", "airscan"), ("epson2", "*", "hp-aio_2")]),
    "scanners.quirks_dir": PATHS,
    "scanners.network_refresh_minutes": st.integers(0, 1440),
    "scanners.quarantine_after": st.integers(0, 100),
    "scanners.lease_idle_s": st.integers(1, 86400),
    "scanners.lease_limit_s": st.integers(1, 86400),
    "defaults.mode": st.sampled_from(Mode),
    "defaults.resolution": st.integers(1, 19200),
    "jobs.pause_timeout_s": st.integers(1, 86400),
    "jobs.drain_timeout_s": st.integers(1, 3600),
    "origins.allow": st.sampled_from([(), ("https://a.example", "http://[::1]:1")]),
    "access.scan": st.lists(st.sampled_from(["*", "active", "@a", "a b\\c"]), unique=True).map(
        tuple
    ),
    "upload.allow": st.sampled_from([(), ("https://a.example:8443",)]),
    "upload.ca_file": st.none() | PATHS,
    "upload.max_file_bytes": SIZES,
    "upload.timeout_s": st.integers(1, 86400),
    "upload.attempts": st.integers(1, 10),
    "upload.at_once": st.integers(1, 100),
    "limits.file_bytes": SIZES,
    "limits.json_depth": st.integers(8, 200),
    "limits.headers": st.integers(20, 1000),
    "limits.header_bytes": st.integers(1 << 10, 1 << 20),
    "limits.header_timeout_s": st.integers(1, 3600),
    "limits.body_timeout_s": st.integers(1, 86400),
    "limits.idle_timeout_s": st.integers(1, 86400),
    "limits.connections": st.integers(8, 4000),
    "limits.requests": st.integers(8, 4000),
    "limits.requests_per_s": st.integers(0, 1_000_000),
    "limits.streams": st.integers(1, 4000),
    "limits.instances": st.integers(1, 100_000),
    "limits.jobs": st.integers(1, 1000),
    "limits.megapixels": st.integers(1, 600),
    "metrics.listen": st.sampled_from([None, Path("/run/x"), Endpoint("::1", 9122)]),
    "imaging.workers": st.integers(0, 256),
    "log.level": st.sampled_from(LogLevel),
}


@st.composite
def configurations(draw: st.DrawFn) -> Config:
    made = Config()
    pair = draw(st.none() | st.tuples(PATHS, PATHS))
    values = VALUES | {
        "https.certificate": st.just(pair and pair[0]),
        "https.key": st.just(pair and pair[1]),
    }
    assert values.keys() == KEYS.keys()
    for dotted, strategy in values.items():
        made = with_value(made, KEYS[dotted], draw(strategy))
    return made


def with_value(base: Config, key: Key, value: object) -> Config:
    table = replace(getattr(base, key.table), **{key.name: value})
    return replace(base, **{key.table: table})


@given(configurations())
@settings(max_examples=60, deadline=None)
def test_what_describe_prints_loads_to_the_same_configuration(
    tmp_path_factory: pytest.TempPathFactory, made: Config
) -> None:
    folder = tmp_path_factory.mktemp("described")
    assert load(written(folder / "sheetfed.toml", describe(made))) == made


def test_describe_prints_every_key() -> None:
    described = tomllib.loads(describe(Config()))
    assert [f"{table}.{name}" for table in described for name in described[table]] == list(KEYS)


def test_a_reload_applies_what_it_can_and_names_what_waits_for_a_restart() -> None:
    fresh = with_value(Config(), KEYS["origins.allow"], ("https://a.example",))
    fresh = with_value(fresh, KEYS["log.level"], LogLevel.DEBUG)
    fresh = with_value(fresh, KEYS["http.listen"], ())
    fresh = with_value(fresh, KEYS["store.path"], Path("/elsewhere"))
    merged, waiting = reload(Config(), fresh)
    assert waiting == ("http.listen", "store.path")
    assert merged.origins.allow == ("https://a.example",)
    assert merged.log.level is LogLevel.DEBUG
    assert (merged.http, merged.store) == (Config().http, Config().store)


def test_a_reload_of_the_same_configuration_changes_nothing() -> None:
    assert reload(Config(), Config()) == (Config(), ())


def test_the_declared_defaults_are_what_an_empty_configuration_has() -> None:
    for key in KEYS.values():
        assert key.kind.read(key.default) == getattr(getattr(Config(), key.table), key.name)


def test_every_table_and_key_says_what_it_is_for() -> None:
    assert all(table.type.__doc__.endswith(".") for table in fields(Config))  # type: ignore[union-attr]
    assert all(key.meaning.endswith(".") for key in KEYS.values())


def test_the_shipped_file_changes_nothing() -> None:
    assert load(CHECKOUT / "systemd" / "sheetfed.toml") == Config()


def test_the_shipped_file_has_every_key_commented_at_its_default_with_its_meaning() -> None:
    shipped = (CHECKOUT / "systemd" / "sheetfed.toml").read_text("utf-8")
    uncommented = tomllib.loads(re.sub(r"(?m)^#(?=\w+ = )", "", shipped))
    assert uncommented == {
        table.name: {key.name: key.default for key in KEYS.values() if key.table == table.name}
        for table in fields(Config)
    }
    prose = re.sub(r"(?<!\n)\n# ", " ", shipped)
    for key in KEYS.values():
        mark = " (reload)" if key.reloads else ""
        assert f"# {key.meaning}{mark} Allowed: {key.kind.allowed}.\n#{key.name} = " in prose


def test_the_documentation_lists_every_key_as_it_is_declared() -> None:
    text = (CHECKOUT / "docs" / "configuration.md").read_text("utf-8")
    every_key = text.partition("## Every key\n")[2].partition("\n## ")[0]
    found = re.findall(r"(?m)^(?:### `\[.*|\| `.*)$", every_key)
    expected = []
    for table in fields(Config):
        expected.append(f"### `[{table.name}]`")
        for key in KEYS.values():
            if key.table == table.name:
                default = describe_value(key)
                applies = "reload" if key.reloads else "restart"
                cells = [f"`{key.name}`", f"`{default}`", key.kind.allowed, applies, key.meaning]
                expected.append(f"| {' | '.join(cells)} |")
    assert found == expected


def describe_value(key: Key) -> str:
    """The default as `describe` prints it."""
    section = describe(Config()).partition(f"[{key.table}]\n")[2].partition("\n\n")[0]
    return next(
        line.partition(" = ")[2]
        for line in section.splitlines()
        if line.startswith(f"{key.name} =")
    )


def test_the_documented_problem_is_what_is_printed(tmp_path: Path) -> None:
    documented = (CHECKOUT / "docs" / "configuration.md").read_text("utf-8")
    printed = problem(tmp_path / "sheetfed.toml", "[store]\nmax_byte = 1").replace(
        "sheetfed.toml", "site.toml"
    )
    assert f"    /etc/sheetfed/conf.d/{printed}\n" in documented
