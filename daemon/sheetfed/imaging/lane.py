"""Lane: an image worker that is always there; one that dies or hangs is replaced."""

import logging
from typing import Any

from sheetfed.core.errors import DamagedImage, InternalError
from sheetfed.imaging.child import Child, ChildDied
from sheetfed.imaging.orders import Task, Words

_ATTEMPTS = 2
_log = logging.getLogger(__name__)


class Lane:
    """Does one task at a time."""

    def __init__(self, *, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._child: Child | None = None

    async def do(self, task: Task, words: Words) -> dict[str, Any]:
        """The result's words.

        Raises what the worker answered; DamagedImage when the task killed it twice,
        InternalError when the deadline passed or there is no worker to be had.
        """
        for _ in range(_ATTEMPTS):
            child = await self.ready()
            try:
                return await child.do(task, words, deadline_s=self._deadline_s)
            except TimeoutError as error:
                _log.warning("an image worker was killed: %s took too long", task)
                await self.close()
                raise InternalError("the image work took too long") from error
            except ChildDied:
                _log.warning("an image worker died in the middle of %s", task)
                await self.close()
        raise DamagedImage("the image cannot be worked on: the worker dies of it")

    async def ready(self) -> Child:
        """The worker, started if need be. Raises InternalError."""
        if self._child is not None and not self._child.is_alive:
            await self.close()
        if self._child is None:
            try:
                self._child = await Child.start()
            except ChildDied as error:
                raise InternalError(str(error)) from error
        return self._child

    async def close(self) -> None:
        """End the worker; at once when it is at work."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()
