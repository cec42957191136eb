"""The description of all calls is served."""

from fakes.rest import Rest


async def test_it_is_served_and_its_head_too(rest: Rest) -> None:
    answer = await rest.get("/api/openapi.json")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json["info"]["version"] == "0.1.0"
    assert "/api/openapi.json" in answer.json["paths"]
    head = await rest.ask("HEAD", "/api/openapi.json/")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.body))
    etag = {"If-None-Match": answer.headers["ETag"]}
    again = await rest.ask("GET", "/api/openapi.json", headers=etag)
    assert (again.status, again.body) == (304, b"")
