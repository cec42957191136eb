"""Jobs and documents of the REST API after the daemon has gone and come back."""

from pathlib import Path

from fakes.daemon import running_daemon
from fakes.rest import PASSWORD, Rest

FEEDER = {"IfFeederEnabled": True, "Resolution": 50}


async def test_a_job_that_ended_and_its_pages_are_still_there(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as daemon:
        rest = Rest(daemon.http, daemon.base)
        job = await rest.job(config={**FEEDER, "XferCount": 2})
        removed = await rest.job(config={"Resolution": 50}, device="test:1")
        for _ in range(2):
            assert (await rest.get(f"{job}/next-page")).status == 200
        assert (await rest.get(f"{job}/next-page")).status == 204
        assert (await rest.get(f"{removed}/next-page")).status == 200
        assert (await rest.delete(removed)).status == 204
        document = await rest.document(password="pw")
        uid = (await rest.get(job)).json["document"]
        put = {"source": {"document": {"uid": uid}}}
        await rest.ask("POST", f"{document}/pages", put, {PASSWORD: "pw"})
        await rest.ask("PATCH", document, {"metadata": {"case": 7}}, {PASSWORD: "pw"})
    async with running_daemon(tmp_path) as daemon:
        rest = Rest(daemon.http, daemon.base)
        assert (await rest.get(job)).json["status"] == "completed"
        pages = [(await rest.get(f"{job}/next-page")).status for _ in range(4)]
        assert pages == [200, 200, 204, 410]
        assert (await rest.get(removed)).told == (404, -1034, "not-found")
        assert (await rest.get(document)).told == (403, -1043, "wrong-password")
        kept = await rest.ask("GET", document, headers={PASSWORD: "pw"})
        assert (len(kept.json["pages"]), kept.json["metadata"]) == (2, {"case": 7})


async def test_a_killed_daemon_loses_no_page_that_was_handed_out(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as daemon:
        rest = Rest(daemon.http, daemon.base)
        slow = {"read-delay": True, "read-delay-duration": 50_000}
        job = await rest.job(config={**FEEDER, "options": slow})
        pending = await rest.job(autoRun=False, device="test:1")
        first = (await rest.get(f"{job}/next-page-info")).json
        document = await rest.document()
        put = await rest.post(f"{document}/pages", {"source": first["url"]})
        assert put.status == 200
        await daemon.kill()
    async with running_daemon(tmp_path) as daemon:
        rest = Rest(daemon.http, daemon.base)
        for cut in (job, pending):
            found = (await rest.get(cut)).json
            assert (found["status"], found["cause"]["code"]) == ("faulted", "interrupted")
        again = (await rest.get(f"{job}/next-page-info")).json
        assert again["imageuid"] == first["imageuid"]
        assert (await rest.get(f"{job}/next-page?page={first['imageuid']}")).status == 200
        assert len(await rest.uids(document)) == 1
        assert (await rest.get(f"{pending}/next-page")).status == 204
        free = await rest.job(device="test:1", config={"Resolution": 50})
        assert (await rest.get(f"{free}/next-page")).status == 200


async def test_a_stop_ends_a_job_that_waits_to_begin(tmp_path: Path) -> None:
    async with running_daemon(tmp_path) as daemon:
        rest = Rest(daemon.http, daemon.base)
        job = await rest.job(autoRun=False)
        assert (await rest.get(f"{job}/scanner/settings")).status == 200
        assert await daemon.stop() == 0
    async with running_daemon(tmp_path) as daemon:
        rest = Rest(daemon.http, daemon.base)
        assert (await rest.get(job)).json["cause"]["code"] == "interrupted"
