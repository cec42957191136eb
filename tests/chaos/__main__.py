"""./dev chaos: clients that use the daemon while everything fails, and what they were told."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic

from chaos.told import Violation
from chaos.world import World
from fakes import daemon, small_disk
from fakes.bus import private_bus
from fakes.receiver import running_receiver

PATIENCE_S = 60.0
"""For a daemon on a machine that is busy with others."""

ENCRYPTIONS = ("off", "session", "key-file")


async def run(folder: Path, seed: int, minutes: float, *, is_small: bool) -> World:
    ends = monotonic() + minutes * 60
    encrypt = ENCRYPTIONS[seed % len(ENCRYPTIONS)]
    with private_bus(folder) as bus:
        async with running_receiver() as receiver:
            world = World(folder, seed, bus, receiver, encrypt=encrypt, is_small=is_small)
            await world.begin()
            while monotonic() < ends:
                await world.live()
            await world.end()
    return world


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first run (default: 1)")
    parser.add_argument("--runs", type=int, default=1, help="with the seeds from there on")
    parser.add_argument("--minutes", type=float, default=1.0, help="of each run (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the folder of a run that failed")
    parser.add_argument("--small-disk", action="store_true", help="let the disk be full as well")
    arguments = parser.parse_args()
    os.umask(0o077)
    daemon.READY_DEADLINE_S = daemon.STOP_DEADLINE_S = PATIENCE_S
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    lost = [seed for seed in seeds if _is_lost(seed, arguments)]
    return 1 if lost else 0


def _is_lost(seed: int, arguments: argparse.Namespace) -> bool:
    folder = Path(tempfile.mkdtemp(prefix=f"sheetfed-chaos-{seed}-"))
    if arguments.small_disk:
        (folder / "store").mkdir()
        small_disk._mount(str(folder / "store"))
    try:
        world = asyncio.run(run(folder, seed, arguments.minutes, is_small=arguments.small_disk))
    except Exception as error:
        first = _first(error)
        if not isinstance(first, Violation | AssertionError):
            raise
        print(f"seed {seed}: {first}", file=sys.stderr)
        if arguments.keep:
            print(f"its folder is {folder}", file=sys.stderr)
            return True
        shutil.rmtree(folder, ignore_errors=True)
        return True
    shutil.rmtree(folder, ignore_errors=True)
    _report(seed, world)
    return False


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _report(seed: int, world: World) -> None:
    steps: Counter[str] = Counter()
    for writer in world.writers:
        steps.update(writer.done)
    answered = sum(count for word, count in steps.items() if ":" not in word)
    refused = Counter({word.split(": ")[1]: 0 for word in steps if ":" in word})
    for word, count in steps.items():
        if ":" in word:
            refused[word.split(": ")[1]] += count
    print(f"seed {seed}: {answered} steps done; not done: {dict(refused)}")
    print(f"  lives: {dict(world.lives)}")
    print(f"  faults: {dict(world.faults.injected)}")
    print(f"  pages at the end: {[len(writer.book.order) for writer in world.writers]}")


if __name__ == "__main__":
    sys.exit(main())
