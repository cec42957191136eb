"""The REST API's tables: the contract's, the code's and the guide's say the same."""

import re
from pathlib import Path

import pytest

from sheetfed.core.errors import ErrorCode
from sheetfed.core.job import JobState
from sheetfed.web.errors import COMMON_ERRORS, STATUS
from sheetfed.web.rest import contentwords, faults, jobviews, operations, scannerlist
from sheetfed.web.rest.operation import Operation
from sheetfed.web.rest.table.words import CONTENT
from sheetfed.web.twain import CAPS

JOB = "/api/device/scanners/jobs/{jobuid}"
DOCUMENT = "/api/storage/documents/{documentuid}"
ROWS = f"""
GET    /api/server                                    200          405
PATCH  /api/server                                    200          400 403 405
GET    /api/server/version                            200
GET    /api/device/scanners                           200          400
POST   /api/device/scanners/jobs                      201          400 403 404 423
GET    {JOB}                                          200          404 410
PATCH  {JOB}                                          200          400 404 409 410
DELETE {JOB}                                          204          404 410
GET    {JOB}/next-page                                200 204      400 404 410
GET    {JOB}/next-page-info                           200 204      404 410
GET    {JOB}/content                                  200 204      400 404 410
GET    {JOB}/scanner/capabilities                     200          400 404 409 410
GET    {JOB}/scanner/settings                         200          404 409 410
POST   /api/storage/documents                         201          400
GET    {DOCUMENT}                                     200          400 403 404
PATCH  {DOCUMENT}                                     200          400 403 404
DELETE {DOCUMENT}                                     204          400 403 404
GET    {DOCUMENT}/content                             200          400 403 404
POST   {DOCUMENT}/pages                               200          400 403 404
DELETE {DOCUMENT}/pages/{{page}}                      204          403 404
POST   /api/process/read-barcode                      200          400 403
POST   /api/process/check-blank                       200          400 403
POST   {DOCUMENT}/pages/{{page}}/edits                200          400 404
DELETE {DOCUMENT}/pages/{{page}}/edits                200          400 404
GET    /api/openapi.json                              200
GET    /DWTAPI/Scanners                               200
POST   /DWTAPI/ScanJobs                               201
GET    /DWTAPI/ScanJobs/{{jobuid}}/NextDocument       200          410
DELETE /DWTAPI/ScanJobs/{{jobuid}}                    200
"""
OWN = {
    ("GET", "/api/storage/documents"),
    ("DELETE", "/api/storage/documents"),
    ("POST", f"{DOCUMENT}/split"),
}
"""Beside the contract's."""

PARTS = {206, 304, 416}
GUIDE = (Path(__file__).parents[2] / "docs" / "rest.md").read_text()
EVERY = {(each.method, each.path): each for each in operations.every()}


def rows() -> dict[tuple[str, str], tuple[set[int], set[int]]]:
    found = {}
    for line in ROWS.strip().splitlines():
        method, path, *statuses = line.split()
        numbers = {int(status) for status in statuses}
        found[method, path] = (
            {it for it in numbers if it < 300},
            {it for it in numbers if it > 300},
        )
    return found


def failures(operation: Operation) -> set[int]:
    return {STATUS[code] for code in (*operation.errors, *COMMON_ERRORS)}


def section(heading: str) -> str:
    return GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_call_of_the_contract_is_there_and_no_other_but_our_own() -> None:
    assert set(EVERY) == set(rows()) | OWN


@pytest.mark.parametrize("call", rows(), ids=" ".join)
def test_a_call_answers_as_the_contract_says(call: tuple[str, str]) -> None:
    good, bad = rows()[call]
    operation = EVERY[call]
    assert {answer.status for answer in operation.answers} - PARTS == good
    assert bad <= failures(operation)


def test_the_numbers_of_errors_are_those_that_clients_know() -> None:
    jobs, documents = "/api/device/scanners/jobs/j", "/api/storage/documents/d"
    told = {
        (code, path): faults.number(code, path) for code in ErrorCode for path in (jobs, documents)
    }
    missing = (ErrorCode.NOT_FOUND, ErrorCode.GONE, ErrorCode.INDEX_OUT_OF_RANGE)
    known = {
        ErrorCode.INVALID_PARAMETER: -2113,
        ErrorCode.METHOD_NOT_ALLOWED: -2112,
        ErrorCode.SCANNER_BUSY: -1004,
        ErrorCode.WRONG_STATE: -1011,
        ErrorCode.WRONG_PASSWORD: -1043,
    }
    for (code, path), number in told.items():
        expected = known.get(code, -1)
        if code in missing:
            expected = -1034 if path == jobs else -1040
        assert number == expected, (code, path)
    assert {int(number) for number in re.findall(r"^\| (-\d+) \|", GUIDE, re.MULTILINE)} == set(
        told.values()
    )


def test_every_state_has_one_of_five_words() -> None:
    assert set(jobviews.STATUS) == set(JobState)
    table = re.findall(r"^\| (\w+) \| ([\w, ]+) \|", section("Jobs"), re.MULTILINE)
    documented = {state: word for word, states in table[1:] for state in states.split(", ")}
    assert documented == {str(state): word for state, word in jobviews.STATUS.items()}


def test_the_bits_of_scanners_are_those_of_the_contract() -> None:
    assert (scannerlist.SANE, scannerlist.ESCL) == (0x100, 0x200)
    assert scannerlist.OF_OTHER_SYSTEMS == 0x10 | 0x20 | 0x40 | 0x80 | 0x800


def test_the_guide_lists_every_call() -> None:
    listed = re.findall(r"^\| `(GET|POST|PATCH|DELETE) (\S+)` \|", GUIDE, re.MULTILINE)
    assert sorted(listed) == sorted(EVERY)


def test_the_guide_lists_every_capability() -> None:
    table = re.findall(
        r"^\| (\d+) \| (\w+) \| (yes)? ?\|", section("What a scanner can do"), re.MULTILINE
    )
    assert {(int(number), name, bool(can)) for number, name, can in table} == {
        (int(cap), cap.name, kind.is_settable) for cap, kind in CAPS.items()
    }


def test_the_guide_names_every_word_of_a_file() -> None:
    text = section("Documents")
    for word in CONTENT:
        assert f"`{word.name}`" in text, word.name
    for number in contentwords.PAGE_TYPES:
        if number % 2 == 0 and number:
            assert re.search(rf"\b{number} {contentwords.PAGE_TYPES[number]}", text)
