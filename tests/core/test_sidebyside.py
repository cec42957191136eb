"""Side by side: a bounded number at once, in order, and none left after a failure."""

import asyncio

import pytest

from fakes.gate import Gate, idle
from sheetfed.core.errors import DamagedImage
from sheetfed.core.sidebyside import side_by_side


async def test_results_come_in_order_and_only_so_many_work_at_once() -> None:
    gates = [Gate(is_shut=True) for _ in range(5)]

    async def work(number: int) -> int:
        await gates[number].passed()
        return number * 10

    working = asyncio.create_task(side_by_side(work, range(5), at_most=2))
    await idle()
    assert [gate.waiting for gate in gates] == [1, 1, 0, 0, 0]
    gates[1].open()
    await idle()
    assert [gate.waiting for gate in gates] == [1, 0, 1, 0, 0]
    for gate in gates:
        gate.open()
    assert await working == [0, 10, 20, 30, 40]


async def test_a_failure_ends_the_others_before_it_is_told() -> None:
    gate = Gate(is_shut=True)
    begun: set[int] = set()
    ended: set[int] = set()

    async def work(number: int) -> None:
        if number == 1:
            raise DamagedImage
        begun.add(number)
        try:
            await gate.passed()
        finally:
            ended.add(number)

    with pytest.raises(DamagedImage):
        await side_by_side(work, range(4), at_most=3)
    assert begun == ended > {0}


async def test_nothing_to_do_makes_nothing() -> None:
    async def work(number: int) -> int:
        return number

    assert await side_by_side(work, [], at_most=2) == []
