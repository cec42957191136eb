"""Visitor: a web page or a program that uses the daemon, and takes no answer but a good one."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp

ORIGINS = tuple(f"https://site{number}.example" for number in range(5))
PATIENCE_S = 120.0


@dataclass(slots=True)
class Visitor:
    """One instance of one origin; None is a program. `errors` are answers that were not good."""

    http: aiohttp.ClientSession
    base: str
    instance: str
    origin: str | None = None
    errors: list[str] = field(default_factory=list)

    async def call(self, method: str, *parameters: object, door: str = "f") -> list[Any]:
        """The result; an empty one after an error."""
        body = json.dumps({"id": self.instance, "method": method, "parameter": parameters})
        status, content = await self.ask("POST", f"/{door}/{method}", body.encode())
        if status != 200:
            return []
        result: list[Any] = json.loads(content)["result"]
        return result

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, expected: int = 200
    ) -> tuple[int, bytes]:
        headers = {} if self.origin is None else {"Origin": self.origin}
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                self.http.request(method, self.base + path, data=body, headers=headers) as answer,
            ):
                content = await answer.read()
        except (TimeoutError, aiohttp.ClientError) as error:
            self.errors.append(f"{method} {path}: {error!r}")
            return 0, b""
        if answer.status != expected:
            self.errors.append(f"{method} {path}: {answer.status} {content[:200]!r}")
        return answer.status, content

    async def scan(self, scanner: str, pages: int, resolution: int) -> int:
        """Scan from the feeder, wait in line and to the end; how many pages came."""
        settings = {
            "scanner": scanner,
            "paper_source": "feeder",
            "resolution": resolution,
            "pages": pages,
            "queue": True,
        }
        result = await self.call("AcquireImage", settings)
        return len(result[1]) if result else 0

    async def thumbnail(self, index: int, side_px: int = 200) -> bytes:
        query = f"id={self.instance}&index={index}&width={side_px}&height={side_px}"
        _, content = await self.ask("GET", f"/dwt/dwt_1/img?{query}")
        return content
