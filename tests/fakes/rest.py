"""Rest: short words for a test that speaks the REST API with a door or a daemon."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

JOBS = "/api/device/scanners/jobs"
DOCUMENTS = "/api/storage/documents"
PASSWORD = "DWT-DOC-PASSWORD"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def told(self) -> tuple[int, int, str]:
        """An error's status, number and word."""
        found = self.json
        assert found["statusCode"] == self.status
        assert found["message"]
        return self.status, found["code"], found["cause"]["code"]


@dataclass(frozen=True, slots=True)
class Rest:
    """A client of the API at this address."""

    http: aiohttp.ClientSession
    base: str

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """`body` is sent as it is when it is bytes, else as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "text/plain", **(headers or {})}
        async with self.http.request(method, self.base + path, data=data, headers=sent) as answer:
            return Answered(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **headers: str) -> Answered:
        return await self.ask("GET", path, headers=_named(headers))

    async def post(self, path: str, body: object = None, **headers: str) -> Answered:
        return await self.ask("POST", path, body, _named(headers))

    async def patch(self, path: str, body: object = None, **headers: str) -> Answered:
        return await self.ask("PATCH", path, body, _named(headers))

    async def delete(self, path: str, **headers: str) -> Answered:
        return await self.ask("DELETE", path, headers=_named(headers))

    async def job(self, **asked: object) -> str:
        """The address of a new job."""
        answer = await self.post(JOBS, asked)
        assert answer.status == 201, answer.body
        return f"{JOBS}/{answer.json['jobuid']}"

    async def scanned(self, **asked: object) -> list[Any]:
        """What is known of the pages of a new job, which is done."""
        job = await self.job(**asked)
        pages = []
        while (answer := await self.get(f"{job}/next-page-info")).status == 200:
            pages.append(answer.json)
        assert answer.status == 204, answer.body
        return pages

    async def document(self, pages: int = 0, password: str = "") -> str:
        """The address of a new document with so many pages."""
        answer = await self.post(DOCUMENTS, {"password": password})
        assert answer.status == 201, answer.body
        document = f"{DOCUMENTS}/{answer.json['uid']}"
        for _ in range(pages):
            (page,) = await self.scanned()
            put = await self.ask(
                "POST", f"{document}/pages", {"source": page["url"]}, {PASSWORD: password}
            )
            assert put.status == 200, put.body
        return document

    async def uids(self, document: str, password: str = "") -> list[str]:
        found = await self.ask("GET", document, headers={PASSWORD: password})
        return [page["uid"] for page in found.json["pages"]]


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
