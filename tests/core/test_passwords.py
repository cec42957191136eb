"""Passwords: hashed one at a time, off the loop."""

import asyncio
import hashlib

import pytest

from sheetfed.core import passwords as passwords_module
from sheetfed.core.errors import WrongPassword
from sheetfed.core.passwords import Passwords


async def test_a_hash_opens_to_its_password_alone() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("letmein", uid=1)
    await passwords.require("letmein", kept, uid=1)
    with pytest.raises(WrongPassword):
        await passwords.require("letmeout", kept, uid=1)


async def test_a_hash_of_another_cost_is_still_understood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords_module, "_COST", 2**10)
    kept = await Passwords().hashed("letmein", uid=1)
    monkeypatch.undo()
    await Passwords().require("letmein", kept, uid=1)


async def test_any_text_can_be_a_password() -> None:
    passwords = Passwords()
    for text in ("ünï", "\ud800", "\0"):
        await passwords.require(text, await passwords.hashed(text, uid=1), uid=1)


async def test_guesses_wait_for_each_other() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("letmein", uid=1)
    guesses = [asyncio.create_task(passwords.require("x", kept, uid=1)) for _ in range(3)]
    await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
    assert [guess.done() for guess in guesses] == [True, False, False]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(result, WrongPassword) for result in results)


async def test_who_guesses_without_end_keeps_no_other_user_waiting() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("letmein", uid=1)
    guesses = [asyncio.create_task(passwords.require("x", kept, uid=1)) for _ in range(10)]
    await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
    await passwords.require("letmein", kept, uid=2)
    assert sum(guess.done() for guess in guesses) <= 3
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(result, WrongPassword) for result in results)


async def test_a_wrong_password_takes_as_much_work_as_the_right_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = Passwords()
    kept = await passwords.hashed("letmein", uid=1)
    done: list[dict[str, object]] = []
    scrypt = hashlib.scrypt

    def noted(password: bytes, **words: int) -> bytes:
        done.append(words)
        return scrypt(password, **words)

    monkeypatch.setattr(hashlib, "scrypt", noted)
    await passwords.require("letmein", kept, uid=1)
    for wrong in ("letmeiN", "l", "x" * 32):
        with pytest.raises(WrongPassword):
            await passwords.require(wrong, kept, uid=1)
    assert done == [done[0]] * 4
