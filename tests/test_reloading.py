"""What a reload takes over, what it leaves, and that it is one at a time and whole."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.config_file import written
from sheetfed.config import Config, load
from sheetfed.core.errors import InvalidParameter
from sheetfed.reloading import Reloading


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "etc" / "sheetfed.toml", 'defaults.mode = "gray"\n')


async def put(file: Path, content: str) -> None:
    await asyncio.to_thread(written, file, content)


async def running(file: Path) -> tuple[Reloading, list[Config]]:
    reloading = Reloading(await asyncio.to_thread(load, file), path=file)
    told: list[Config] = []
    reloading.tell(told.append)
    return reloading, told


async def test_every_part_is_told_what_holds_now(file: Path) -> None:
    reloading, told = await running(file)
    await put(file, 'defaults.mode = "bw"\n')
    await reloading.read_again()
    assert [config.defaults.mode for config in told] == ["bw"]
    assert reloading.troubles == ()


async def test_what_waits_for_a_restart_is_told_until_it_is_as_it_was(file: Path) -> None:
    reloading, told = await running(file)
    await put(file, 'imaging.workers = 7\nstore.encrypt = "session"\n')
    await reloading.read_again()
    assert reloading.troubles == ("waiting for a restart: store.encrypt, imaging.workers",)
    assert told[0].imaging.workers == 0
    await put(file, "")
    await reloading.read_again()
    assert reloading.troubles == ()


async def test_a_file_with_errors_changes_nothing_and_is_told(file: Path) -> None:
    reloading, told = await running(file)
    await put(file, 'defaults.mode = "pink"\n')
    with pytest.raises(InvalidParameter, match="pink"):
        await reloading.read_again()
    assert (told, reloading.settings.defaults.mode) == ([], "gray")
    assert reloading.troubles == ("the configuration has errors: the earlier one is in force",)


async def test_a_part_that_refuses_keeps_every_part_as_it_was(file: Path) -> None:
    reloading, told = await running(file)
    taken = []

    async def willing(_: Config) -> Callable[[], None]:
        return lambda: taken.append("willing")

    async def refusing(_: Config) -> Callable[[], None]:
        raise InvalidParameter("the key is another certificate's")

    reloading.prepare(willing)
    reloading.prepare(refusing)
    await put(file, 'defaults.mode = "bw"\n')
    with pytest.raises(InvalidParameter):
        await reloading.read_again()
    assert (taken, told, reloading.settings.defaults.mode) == ([], [], "gray")


async def test_the_later_of_two_reloads_is_the_one_that_holds(file: Path) -> None:
    reloading, told = await running(file)
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Config) -> Callable[[], None]:
        arrived.set()
        await go_on.wait()
        return lambda: None

    reloading.prepare(slow)
    await put(file, 'defaults.mode = "bw"\n')
    first = asyncio.create_task(reloading.read_again())
    await arrived.wait()
    await put(file, 'defaults.mode = "color"\n')
    second = asyncio.create_task(reloading.read_again())
    go_on.set()
    await asyncio.gather(first, second)
    assert [config.defaults.mode for config in told] == ["bw", "color"]
