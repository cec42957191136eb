"""A client that others wrote for this API, as it comes from PyPI, drives a real daemon."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.daemon import Daemon, running_daemon

dynamsoftservice = pytest.importorskip("dynamsoftservice")

FEEDER = {"IfShowUI": False, "PixelType": 1, "Resolution": 75, "IfFeederEnabled": True}


async def driven(daemon: Daemon, drive: Callable[[Any, str], None]) -> None:
    """Let it do this, in a thread; a failure that it passes over in silence is one here."""

    def run() -> None:
        with dynamsoftservice.ScannerController() as client:
            drive(client, daemon.base)

    await asyncio.to_thread(run)


async def test_it_scans_what_the_feeder_holds(tmp_path: Path) -> None:
    def drive(client: Any, host: str) -> None:
        kinds = dynamsoftservice.ScannerType
        assert client.getServerInfo(host)["compatible"] is True
        assert client.getServerSettings(host) == {"logLevel": 1}
        mask = kinds.TWAINSCANNER | kinds.TWAINX64SCANNER
        assert client.getDevices(host) == client.getDevices(host, mask)
        assert client.getDevices(host, kinds.ESCLSCANNER) == []
        device = client.getDevices(host, kinds.SANESCANNER)[1]
        asked = {"license": "LICENSE-KEY", "device": device["device"], "config": FEEDER}
        job = client.createJob(host, {**asked, "config": {**FEEDER, "XferCount": 3}})
        assert job["scanner"] == device
        files = client.getImageFiles(host, job["jobuid"], str(tmp_path / "pages"))
        assert len(files) == 3
        assert client.last_error is None
        for name in files:
            assert (tmp_path / "pages" / name).read_bytes().startswith(b"\x89PNG")
        assert client.checkJob(host, job["jobuid"])["status"] == "completed"
        assert client.deleteJob(host, job["jobuid"])
        assert not client.deleteJob(host, job["jobuid"])
        assert client.last_error["statusCode"] == 410
        assert client.createJob(host, {"device": "attic"}) == {}
        assert client.last_error["statusCode"] == 404

    async with running_daemon(tmp_path) as daemon:
        await driven(daemon, drive)


async def test_it_asks_a_scanner_before_it_scans(tmp_path: Path) -> None:
    def drive(client: Any, host: str) -> None:
        job = client.createJob(host, {"autoRun": False, "config": {"Resolution": 75}})["jobuid"]
        assert client.checkJob(host, job)["status"] == "pending"
        found = client.getScannerCapabilities(host, job, [257, 4376, 4114])
        assert [row["capability"]["value"] for row in found] == [257, 4114, 4376]
        assert found[2]["curValue"] == 75
        assert len(client.getScannerCapabilities(host, job)) > 15
        settings = client.getScannerSettings(host, job)["settings"]
        assert client.createJob(host, {}) == {}
        assert client.last_error["statusCode"] == 423
        assert client.updateJob(host, job, {"status": "running"}) == {"status": "running"}
        info = client.getImageInfo(host, job)
        assert info["imageInfo"]["XResolution"] == 75
        assert client.getStreamFromUrl(info["url"]).startswith(b"\x89PNG")
        assert client.getImageInfo(host, job) == {}
        assert client.getScannerSettings(host, job) == {}
        assert client.last_error["statusCode"] == 409
        again = client.createJob(host, {"settings": settings, "config": {"Resolution": 50}})
        assert len(client.getImageStreams(host, again["jobuid"], "image/jpeg")) == 1
        assert client.updateJob(host, again["jobuid"], {"status": "canceled"}) == {}
        assert client.last_error["statusCode"] == 409

    async with running_daemon(tmp_path) as daemon:
        await driven(daemon, drive)


async def test_it_makes_a_protected_document_and_a_pdf_of_it(tmp_path: Path) -> None:
    def drive(client: Any, host: str) -> None:
        job = client.createJob(host, {"config": {"Resolution": 75}})["jobuid"]
        url = client.getImageInfo(host, job)["url"]
        document = client.createDocument(host, {"password": "pw"})["uid"]
        for _ in range(2):
            put = client.insertPage(host, document, {"password": "pw", "source": url})
        assert client.insertPage(host, document, {"source": url}) == {}
        assert client.last_error["code"] == -1043
        assert client.getDocumentInfo(host, document, "pw") == put
        folder = str(tmp_path / "out")
        name = client.getDocumentFile(
            host, document, folder, {"type": "application/pdf", "pages": [1, 0]}, "pw"
        )
        made = tmp_path / "out" / name
        assert made.read_bytes().startswith(b"%PDF")
        assert pages_of(made) == 2
        sealed = client.getDocumentFile(
            host, document, folder, {"password": "secret", "version": "1.5"}, "pw"
        )
        assert pages_of(tmp_path / "out" / sealed, "secret") == 2
        assert client.checkBlank(host, {"source": url})["result"] is False
        assert client.readBarcode(host, {"license": "KEY", "source": url}) == []
        assert client.deletePage(host, document, "0", "pw")
        assert client.deletePage(host, document, put["pages"][1]["uid"], "pw")
        assert not client.deletePage(host, document, "0", "pw")
        assert client.deleteDocument(host, document, "pw")
        assert client.deleteJob(host, job)

    async with running_daemon(tmp_path) as daemon:
        await driven(daemon, drive)


def pages_of(made: Path, password: str = "") -> int:
    """As another program counts them."""
    qpdf = shutil.which("qpdf") or "qpdf"
    words = [qpdf, f"--password={password}", "--show-npages", str(made)]
    return int(subprocess.run(words, check=True, capture_output=True, timeout=15).stdout)
