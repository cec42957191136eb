"""Folders: documents of the REST API, and its scan jobs."""

import json
from collections.abc import Mapping
from typing import Any, Final

from chaos.buffers import PATTERN
from chaos.pictures import LETTERS, letter
from chaos.told import NEW, Broken, Refused, require
from chaos.writer import Step, Writer
from fakes.daemon import Daemon
from fakes.rest import DOCUMENTS, JOBS

EDITS: Final = (
    {"op": "rotate", "degrees": 90},
    {"op": "mirror"},
    {"op": "flip"},
    {"op": "invert"},
)


class FolderWriter(Writer):
    """One document at a time; pages of jobs are copied into it."""

    def __init__(self, *arguments: Any, scanner: str) -> None:
        super().__init__(*arguments)
        self._scanner = scanner
        self.kept: list[str] = []
        """Pages of jobs that were told, and not removed."""
        self._jobs_pages: dict[str, list[str]] = {}
        self._gone: set[str] = set()

    def steps(self) -> Mapping[str, Step]:
        found: dict[str, Step] = {"put": self._put, "scan": self._scan}
        if self._jobs_pages:
            found["delete job"] = self._delete_job
        if self.kept:
            found["copy"] = self._copy
        if self.book.order:
            found |= {
                "edit": self._edit,
                "undo": self._undo,
                "remove": self._remove,
                "export": self._export,
            }
        return found

    async def check(self, daemon: Daemon) -> None:
        await super().check(daemon)
        for page in self.kept:
            await self._look_at(page)
        for page in self._gone:
            try:
                await self._look_at(page)
            except Refused as refusal:
                require(str(refusal) == "not-found", f"{page}: {refusal}")
            else:
                require(False, f"{page} is back, which went with its job")

    async def settle(self) -> None:
        if self.book.document is None:
            body = json.loads(await self.fetch("POST", DOCUMENTS, {}))
            self.book.document = body["uid"]
        await super().settle()

    async def pages(self) -> list[str]:
        body = json.loads(await self.fetch("GET", self._path))
        return [page["uid"] for page in body["pages"]]

    async def info(self, page: str) -> dict[str, Any]:
        """There is no such call: the first edit that cannot be undone tells them."""
        index = self.book.order.index(page)
        path = f"{self._path}/pages/{index}/edits"
        told = self.book.edits.get(page)
        if told is not None and page not in self.book.steps and page not in self.book.before:
            return {"edits": told}
        with self.book.edit(page, 1):
            return dict(json.loads(await self.fetch("POST", path, EDITS[1])))

    @property
    def _path(self) -> str:
        return f"{DOCUMENTS}/{self.book.document}"

    async def _put(self) -> None:
        content, _ = letter(self.chance.randrange(LETTERS))
        at = self.chance.randint(0, len(self.book.order))
        with self.book.change(lambda order: (*order[:at], NEW, *order[at:])):
            await self.fetch("POST", f"{self._path}/pages?insertPos={at}", content)

    async def _copy(self) -> None:
        page = self.chance.choice(self.kept)
        url = f"{self._base()}/dwt/dwt_1/img?pageid={page}"
        with self.book.change(lambda order: (*order, NEW)):
            await self.fetch("POST", f"{self._path}/pages", {"source": url})

    async def _edit(self) -> None:
        await self._edited(1, "POST", self.chance.choice(EDITS))

    async def _undo(self) -> None:
        await self._edited(-1, "DELETE")

    async def _edited(self, step: int, method: str, words: object = None) -> None:
        page = self.chance.choice(self.book.order)
        with self.book.edit(page, step):
            answer = await self.fetch(method, f"{self._path}/pages/{page}/edits", words)
        self.book.read_edits(page, json.loads(answer)["edits"])
        await self.look(page)

    async def _remove(self) -> None:
        page = self.chance.choice(self.book.order)
        with self.book.change(lambda order: tuple(each for each in order if each != page)):
            await self.fetch("DELETE", f"{self._path}/pages/{page}")

    async def _export(self) -> None:
        await self.fetch("GET", f"{self._path}/content?type=pdf&pages=0")

    async def _scan(self) -> None:
        asked = {"autoRun": True, "device": self._scanner, "config": PATTERN}
        job = json.loads(await self.fetch("POST", JOBS, asked))["jobuid"]
        pages = self._jobs_pages[job] = []
        for _ in range(self.chance.choice((2, 20))):
            answer = await self.fetch("GET", f"{JOBS}/{job}/next-page-info")
            if not answer:
                break
            page = json.loads(answer)["imageuid"]
            pages.append(page)
            self.kept.append(page)
            await self._look_at(page)

    async def _delete_job(self) -> None:
        job, pages = self._jobs_pages.popitem()
        self.kept = [page for page in self.kept if page not in pages]
        try:
            await self.fetch("DELETE", f"{JOBS}/{job}")
        except Broken:
            return
        except Refused as refusal:
            if str(refusal) not in ("not-found", "gone"):
                self.kept += pages
            raise
        self._gone |= set(pages)

    async def _look_at(self, page: str) -> None:
        png = await self.fetch("GET", f"/dwt/dwt_1/img?pageid={page}&type=png")
        self.gallery.see(page, None, [], png)

    def _base(self) -> str:
        assert self.daemon is not None
        return self.daemon.base
