"""A real daemon answers made-up calls as its own description says, and never with a 5xx."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator, ValidationError

from fakes.daemon import running_daemon

schemathesis = pytest.importorskip("schemathesis")
requests = pytest.importorskip("requests")

EXAMPLES = 2
ANSWER_WITHIN_S = 10
NOT_HTTP = "this is not an HTTP request"
LONG_LIVED = ("/events",)
WAITING = ("AcquireImage", "HTTPUpload", "next-page", "next-page-info", "NextDocument")
"""They wait for a scanner, a page or a server as long as it takes."""

GENTLE = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def be_gentle(body: object) -> None:
    """A page of the finest resolution would take all the time that there is."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name in ("resolution", "depth", "Resolution") and type(value) is int and value > 0:
                body[name] = 8 if name == "depth" else 50
            be_gentle(value)
    elif isinstance(body, list):
        for value in body:
            be_gentle(value)


@dataclass(kw_only=True)
class Tour:
    """Every call of the description, with made-up values and with things that are there."""

    base: str
    document: dict[str, Any]
    http: Any
    faults: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    answers: int = 0
    _things: dict[str, str] = field(default_factory=dict)

    def operations(self) -> Iterator[Any]:
        """On /fa/ only those that are something else there."""
        schema = schemathesis.openapi.from_dict(self.document)
        long = {"/fa/AcquireImage", "/fa/HTTPUpload"}
        for found in schema.get_all_operations():
            operation = found.ok()
            is_twice = operation.path.startswith("/fa/") and operation.path not in long
            if not (is_twice or operation.path.endswith(LONG_LIVED)):
                yield operation

    def run(self) -> None:
        for operation in self.operations():
            for mode in (
                schemathesis.GenerationMode.POSITIVE,
                schemathesis.GenerationMode.NEGATIVE,
            ):
                try:
                    self._try(operation, mode)
                except Unsatisfiable:
                    continue  # a call that takes nothing cannot be made wrongly

    def _try(self, operation: Any, mode: Any) -> None:
        turns = iter(range(1000))

        @GENTLE
        @given(case=operation.as_strategy(generation_mode=mode))
        def made_up(case: Any) -> None:
            if next(turns) % 2 == 0 and case.path_parameters:
                case.path_parameters.update(self._there(case.path_parameters))
            be_gentle(case.body)
            try:
                answer = case.call(base_url=self.base, timeout=ANSWER_WITHIN_S)
            except requests.Timeout:
                if operation.path.rpartition("/")[2] not in WAITING:
                    self.faults.append(f"{operation.label}: no answer\n{case.as_curl_command()}")
                return
            self.answers += 1
            self._tidy(answer)
            self.statuses.add(answer.status_code)
            fault = self._fault(operation, answer)
            if fault:
                self.faults.append(f"{operation.label}: {fault}\n{case.as_curl_command()}")

        made_up()

    def _tidy(self, answer: Any) -> None:
        """A job that was made up does not hold the scanner until all others have given up."""
        if answer.status_code == 201 and b"jobuid" in answer.content:
            job = json.loads(answer.content)["jobuid"]
            self.http.delete(f"{self.base}/api/device/scanners/jobs/{job}")

    def _there(self, wanted: dict[str, Any]) -> dict[str, str]:
        """A job and a document with a page, made anew when one of them is gone."""
        job, document = self._things.get("jobuid", "j"), self._things.get("documentuid", "d")
        if self.http.get(f"{self.base}/api/device/scanners/jobs/{job}").status_code != 200:
            made = self.http.post(f"{self.base}/api/device/scanners/jobs", json={})
            assert made.status_code == 201, made.text
            job = made.json()["jobuid"]
            self._await(job)
        jobs = self.http.get(f"{self.base}/api/device/scanners/jobs/{job}").json()
        pages = self.http.get(f"{self.base}/api/storage/documents/{document}")
        if pages.status_code != 200 or not pages.json()["pages"]:
            made = self.http.post(f"{self.base}/api/storage/documents", json={})
            document = made.json()["uid"]
            source = {"source": {"document": {"uid": jobs["document"]}}}
            self.http.post(f"{self.base}/api/storage/documents/{document}/pages", json=source)
        self._things = {"jobuid": job, "documentuid": document, "page": "0"}
        return {name: value for name, value in self._things.items() if name in wanted}

    def _await(self, job: str) -> None:
        address = f"{self.base}/api/device/scanners/jobs/{job}/next-page-info"
        while self.http.get(address).status_code == 200:
            pass

    def _fault(self, operation: Any, answer: Any) -> str:
        """What is wrong with an answer; empty: it is as described."""
        if answer.status_code >= 500:
            return f"answered {answer.status_code}: {answer.content[:200]!r}"
        if answer.status_code == 400 and NOT_HTTP.encode() in answer.content:
            return ""
        call = self.document["paths"][operation.path][operation.method]
        described = call["responses"].get(str(answer.status_code))
        if described is None:
            return f"does not say that it answers {answer.status_code}: {answer.content[:200]!r}"
        if operation.method == "head" or "content" not in described:
            return f"has a body: {answer.content[:99]!r}" if answer.content else ""
        kind = answer.headers["content-type"][0].partition(";")[0]
        if kind not in described["content"]:
            return f"does not say that it answers with {kind}"
        schema = described["content"][kind].get("schema")
        if schema is None:
            return ""
        whole = {**schema, "components": self.document["components"]}
        try:
            Draft202012Validator(whole).validate(json.loads(answer.content))
        except ValidationError as error:
            return f"is not as described: {error.message[:300]}"
        return ""


@pytest.mark.timeout(100)
async def test_every_call_is_answered_as_described(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as daemon:
        async with daemon.http.get(f"{daemon.base}/api/openapi.json") as answer:
            document = await answer.json()

        def tour() -> Tour:
            with requests.Session() as http:
                found = Tour(base=daemon.base, document=document, http=http)
                found.run()
            return found

        made = await asyncio.to_thread(tour)
        assert made.faults == []
        assert {200, 201, 204, 400, 404, 409} <= made.statuses
        assert made.answers > 200
        assert "error:" not in daemon.log()
