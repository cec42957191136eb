"""Key files: keys that last, right and wrong, and which pages they open."""

import os
from pathlib import Path

import pytest

from fakes.daemon import running_daemon
from fakes.encrypted import (
    KEY_FILE,
    SESSION,
    assert_sealed,
    count,
    found,
    key_file,
    page,
    refused,
    scanned,
)
from fakes.manager import DescriptorStore


async def test_with_a_key_file_pages_outlive_every_stop(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    config = f'{KEY_FILE}store.key_file = "{key_file(tmp_path)}"\n'
    async with scanned(tmp_path, config, kept) as daemon:
        before = await page(daemon)
    assert_sealed(found(tmp_path))
    assert kept.kept == {}
    async with running_daemon(tmp_path, config=config) as daemon:
        assert await page(daemon) == before


async def test_the_key_may_be_a_credential(
    tmp_path: Path, kept: DescriptorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    key_file(tmp_path)
    async with scanned(tmp_path, KEY_FILE, kept) as daemon:
        before = await page(daemon)
    async with running_daemon(tmp_path, config=KEY_FILE) as daemon:
        assert await page(daemon) == before


async def test_another_key_is_refused_and_harms_nothing(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    right = key_file(tmp_path)
    config = f'{KEY_FILE}store.key_file = "{right}"\n'
    async with scanned(tmp_path, config, kept) as daemon:
        before = await page(daemon)
    (tmp_path / "other").mkdir()
    wrong = key_file(tmp_path / "other", b"w" * 32)
    code, words = await refused(tmp_path, f'{KEY_FILE}store.key_file = "{wrong}"\n')
    assert code == os.EX_CONFIG
    assert "the key that is given is not the one that the store is sealed with" in words
    async with running_daemon(tmp_path, config=config) as daemon:
        assert await page(daemon) == before


async def test_without_the_key_file_its_pages_wait_for_it(
    tmp_path: Path, kept: DescriptorStore
) -> None:
    config = f'{KEY_FILE}store.key_file = "{key_file(tmp_path)}"\n'
    async with scanned(tmp_path, config, kept) as daemon:
        before = await page(daemon)
    async with running_daemon(tmp_path, config=SESSION, store=kept) as daemon:
        assert await count(daemon) == 3
        query = {"id": "test", "type": "png", "indices": "0"}
        async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc", params=query) as answer:
            assert answer.status != 200
            assert "sealed with another key" in await answer.text()
    async with running_daemon(tmp_path, config=config) as daemon:
        assert await page(daemon) == before


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0, "No such file"),
        (b"short", 0o400, "the key has 5 bytes, it needs 32"),
        (b"k" * 32, 0o444, "is everybody's"),
        (b"k" * 100_000, 0o400, "is no key"),
    ],
)
async def test_a_key_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None, mode: int, words: str
) -> None:
    path = tmp_path / "store-key"
    if content is not None:
        key_file(tmp_path, content).chmod(mode)
    code, told = await refused(tmp_path, f'{KEY_FILE}store.key_file = "{path}"\n')
    assert code == os.EX_CONFIG
    assert str(path) in told
    assert words in told


async def test_no_key_at_all_is_named(tmp_path: Path) -> None:
    code, told = await refused(tmp_path, KEY_FILE)
    assert code == os.EX_CONFIG
    assert "store.key_file" in told
