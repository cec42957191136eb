"""Files: our own page and the JavaScript client, read once at the start."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiohttp import web

from sheetfed.core.errors import NotFound

_TYPES: Final = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ts": "text/plain",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_INDEX: Final = "/index.html"


class Files:
    """Every file of the client folder under its own path, index.html also at /."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self._answers = {path: _described(path, body) for path, body in contents.items()}

    @classmethod
    def read(cls, folder: Path) -> "Files":
        """Blocking: called before the loop serves anything."""
        return cls(
            {
                f"/{file.relative_to(folder).as_posix()}": file.read_bytes()
                for file in sorted(folder.rglob("*"))
                if file.is_file() and file.suffix in _TYPES and "node_modules" not in file.parts
            }
        )

    @property
    def pattern(self) -> str:
        """What the path of a file that is there looks like."""
        return "|".join(map(re.escape, ("/", *self._answers)))

    def serves(self, path: str) -> bool:
        return path == "/" or path in self._answers

    async def answer(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """GET / and every file's path"""
        path = _INDEX if request.path == "/" else request.path
        if path not in self._answers:
            raise NotFound("there is nothing at this address")
        body, headers = self._answers[path]
        known = request.if_none_match or ()
        if any(f'"{tag.value}"' == headers["ETag"] for tag in known):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers)


def _described(path: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    headers = {
        "Content-Type": f"{_TYPES[Path(path).suffix]}; charset=utf-8",
        "Cache-Control": "no-cache",
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    if path.endswith(".html"):
        headers["Content-Security-Policy"] = _POLICY
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Frame-Options"] = "DENY"
        # Whoever opened the window must not move it, nor change it, under a click.
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return body, headers
