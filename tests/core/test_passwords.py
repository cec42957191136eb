"""Passwords: hashed one at a time, off the loop."""

import asyncio

import pytest

from sheetfed.core import passwords as passwords_module
from sheetfed.core.errors import WrongPassword
from sheetfed.core.passwords import Passwords


async def test_a_hash_opens_to_its_password_alone() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("letmein")
    await passwords.require("letmein", kept)
    with pytest.raises(WrongPassword):
        await passwords.require("letmeout", kept)


async def test_a_hash_of_another_cost_is_still_understood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords_module, "_COST", 2**10)
    kept = await Passwords().hashed("letmein")
    monkeypatch.undo()
    await Passwords().require("letmein", kept)


async def test_any_text_can_be_a_password() -> None:
    passwords = Passwords()
    for text in ("ünï", "\ud800", "\0"):
        await passwords.require(text, await passwords.hashed(text))


async def test_guesses_wait_for_each_other() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("letmein")
    guesses = [asyncio.create_task(passwords.require("x", kept)) for _ in range(3)]
    await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
    assert [guess.done() for guess in guesses] == [True, False, False]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(result, WrongPassword) for result in results)
