"""Documents over REST: made, described, protected, removed."""

import pytest

from fakes.core import ORIGIN
from fakes.door import OpenDoor
from fakes.rest import DOCUMENTS, PASSWORD, Rest
from sheetfed.core.model import Caller, Owner

ALICE = Caller(Owner(1000))


@pytest.mark.parametrize("body", [None, {}, {"password": ""}])
async def test_a_document_is_made_empty(rest: Rest, body: object) -> None:
    answer = await rest.post(DOCUMENTS, body)
    assert answer.status == 201
    assert (answer.json["pages"], answer.json["metadata"]) == ([], {})
    again = await rest.get(f"{DOCUMENTS}/{answer.json['uid']}/")
    assert (again.status, again.json) == (200, answer.json)


@pytest.mark.parametrize("password", ["x" * 33, 5, None, []])
async def test_a_password_is_a_short_text(rest: Rest, password: object) -> None:
    answer = await rest.post(DOCUMENTS, {"password": password})
    assert answer.told == (400, -2113, "invalid-parameter")


async def test_pages_are_listed_with_their_pictures(rest: Rest) -> None:
    document = await rest.document(pages=2)
    found = (await rest.get(document)).json
    assert len({page["uid"] for page in found["pages"]}) == 2
    for page in found["pages"]:
        assert (await rest.get(page["url"].removeprefix(rest.base))).status == 200


async def test_metadata_is_the_clients_own(rest: Rest) -> None:
    document = await rest.document()
    metadata = {"case": 7, "tags": ["a", {"b": None}], "ä": "€"}
    answer = await rest.patch(document, {"metadata": metadata})
    assert (answer.status, answer.json["metadata"]) == (200, metadata)
    assert (await rest.get(document)).json["metadata"] == metadata
    for wrong in ({}, {"metadata": []}, {"metadata": "x"}, {"metadata": {"x": "y" * 70_000}}):
        answer = await rest.patch(document, wrong)
        assert answer.told[0] in (400, 413)
    assert (await rest.get(document)).json["metadata"] == metadata


async def test_a_removed_document_is_not_found(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document(pages=1)
    answer = await rest.delete(document)
    assert (answer.status, answer.body) == (204, b"")
    for method in ("GET", "PATCH", "DELETE"):
        assert (await rest.ask(method, document, {})).told == (404, -1040, "not-found")
    assert (await rest.get(f"{document}/content")).told == (404, -1040, "not-found")


async def test_nothing_of_a_protected_document_is_had_without_its_password(rest: Rest) -> None:
    document = await rest.document(pages=1, password="sésame")
    edit, split = {"op": "mirror"}, {"at": "every", "pages": 1}
    for headers in ({}, {PASSWORD: ""}, {PASSWORD: "sesame"}, {PASSWORD: "x" * 40}):
        for method, path, body in (
            ("GET", "", None),
            ("GET", "/content", None),
            ("PATCH", "", {"metadata": {}}),
            ("POST", "/pages", {"source": {"document": {"uid": "d"}}}),
            ("POST", "/pages", b"\xff\xd8"),
            ("DELETE", "/pages/0", None),
            ("POST", "/pages/0/edits", edit),
            ("DELETE", "/pages/0/edits", None),
            ("POST", "/split", split),
            ("DELETE", "", None),
        ):
            answer = await rest.ask(method, document + path, body, headers)
            assert answer.told == (403, -1043, "wrong-password"), (method, path)
    answer = await rest.ask("GET", document, headers={PASSWORD: "sésame"})
    assert len(answer.json["pages"]) == 1
    assert (await rest.ask("DELETE", document, headers={PASSWORD: "sésame"})).status == 204


async def test_a_page_of_a_protected_document_is_no_source_without_its_password(
    rest: Rest,
) -> None:
    document = await rest.document(pages=1, password="pw")
    found = await rest.ask("GET", document, headers={PASSWORD: "pw"})
    url = found.json["pages"][0]["url"]
    for path in ("read-barcode", "check-blank"):
        answer = await rest.post(f"/api/process/{path}", {"source": url})
        assert answer.told == (403, -1043, "wrong-password")
        answer = await rest.ask("POST", f"/api/process/{path}", {"source": url}, {PASSWORD: "pw"})
        assert answer.status == 200


async def test_two_passwords_are_none(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document(password="pw")
    headers = [(PASSWORD, "pw"), (PASSWORD, "pw")]
    async with door.http.get(rest.base + document, headers=headers) as answer:
        assert answer.status == 400


async def test_somebody_elses_document_is_not_found(rest: Rest) -> None:
    document = await rest.document(pages=1)
    for method, path in (("GET", ""), ("GET", "/content"), ("PATCH", ""), ("DELETE", "")):
        answer = await rest.ask(method, document + path, headers={"Origin": ORIGIN})
        assert answer.told == (404, -1040, "not-found")
    assert (await rest.get(document)).status == 200


async def test_one_client_names_the_document_in_the_query_string(rest: Rest) -> None:
    document = await rest.document(pages=1)
    uid = document.rpartition("/")[2]
    answer = await rest.get(f"{DOCUMENTS}?documentuid={uid}")
    assert (answer.status, answer.json) == (200, (await rest.get(document)).json)
    assert (await rest.get(DOCUMENTS)).told == (400, -2113, "invalid-parameter")
    assert (await rest.delete(f"{DOCUMENTS}?documentuid={uid}")).status == 204
    assert (await rest.get(document)).status == 404


async def test_a_jobs_document_is_one_like_others(rest: Rest) -> None:
    job = await rest.job()
    await rest.get(f"{job}/next-page-info")
    document = (await rest.get(job)).json["document"]
    assert len((await rest.get(f"{DOCUMENTS}/{document}")).json["pages"]) == 1


async def test_a_job_scans_into_a_document_that_is_there(rest: Rest, door: OpenDoor) -> None:
    document = await rest.document(password="pw")
    uid = document.rpartition("/")[2]
    job = await rest.job(config={"document": uid})
    await rest.get(f"{job}/next-page-info")
    assert len(await rest.uids(document, "pw")) == 1
    await rest.delete(job)
    assert await rest.uids(document, "pw") == []
