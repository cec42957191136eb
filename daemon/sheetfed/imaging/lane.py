"""Lane: an image worker that is always there; one that dies or hangs is replaced."""

import asyncio
import logging
from typing import Any

from sheetfed.core.errors import DamagedImage, InternalError, TooLarge
from sheetfed.imaging.child import Child, ChildDied
from sheetfed.imaging.orders import Task, Words
from sheetfed.sealed.keyring import CLEAR, Keyring

_ATTEMPTS = 2
_STARTS = 3
_TOO_LONG = "the image takes too long to decode"
_log = logging.getLogger(__name__)


class Lane:
    """Does one task at a time."""

    def __init__(self, keyring: Keyring = CLEAR) -> None:
        self._keyring = keyring
        self._child: Child | None = None
        self._starting = asyncio.Lock()

    async def do(self, task: Task, words: Words, *, deadline_s: float) -> dict[str, Any]:
        """The result's words.

        Raises what the worker answered; DamagedImage when the task killed it twice, TooLarge when
        it needed more time than others' files may, InternalError when the deadline passed or
        there is no worker to be had.
        """
        for _ in range(_ATTEMPTS):
            child = await self.ready()
            try:
                return await child.do(task, words, deadline_s=deadline_s)
            except TimeoutError as error:
                _log.warning("an image worker was killed: %s took too long", task)
                await self.close()
                if task.is_on_others:
                    raise TooLarge(_TOO_LONG) from error
                raise InternalError("the image work took too long") from error
            except ChildDied as error:
                _log.warning("an image worker died in the middle of %s", task)
                await self.close()
                if child.was_out_of_time:
                    raise TooLarge(_TOO_LONG) from error
        raise DamagedImage("the image cannot be worked on: the worker dies of it")

    async def ready(self) -> Child:
        """The worker, started if need be. Raises InternalError."""
        async with self._starting:
            if self._child is not None and not self._child.is_alive:
                await self.close()
            if self._child is None:
                self._child = await self._started()
            return self._child

    async def _started(self) -> Child:
        left = _STARTS
        while True:
            left -= 1
            try:
                return await Child.start(self._keyring)
            except ChildDied as error:
                if not left:
                    raise InternalError(str(error)) from error
                _log.warning("%s; another one is tried", error)

    async def close(self) -> None:
        """End the worker; at once when it is at work."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()
