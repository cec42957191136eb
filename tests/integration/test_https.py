"""HTTPS through the running daemon: its certificate, its reload, and what is said without one."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from fakes.certificates import Pair, made, shown
from fakes.daemon import VIRTUAL, Daemon, configuration, package_folder, running_daemon

SAID_S: Final = 10.0


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("machine")).authority_path.parent


def configured(folder: Path, content: str) -> None:
    (folder / "conf.d").mkdir(exist_ok=True)
    (folder / "conf.d" / "https.toml").write_text('https.listen = ["127.0.0.1:0"]\n' + content)


def https_port(daemon: Daemon) -> int:
    (endpoint,) = [url for url in daemon.endpoints if url.startswith("https://")]
    return int(endpoint.rpartition(":")[2])


async def said(daemon: Daemon, words: str, *, times: int = 1) -> None:
    async with asyncio.timeout(SAID_S):
        while daemon.log().count(words) < times:
            await asyncio.sleep(0.01)


async def test_the_machines_certificate_is_trusted_by_who_trusts_its_authority(
    tmp_path: Path, certificates: Path
) -> None:
    configured(tmp_path, f'https.machine_certificates = "{certificates}"\n')
    async with running_daemon(tmp_path) as daemon:
        port = https_port(daemon)
        await shown(port, trusting=certificates / "ca.pem", name="localhost")
        connector = aiohttp.TCPConnector(ssl=False)
        async with (
            aiohttp.ClientSession(connector=connector) as client,
            client.get(f"https://127.0.0.1:{port}/fa/VersionInfo") as answer,
        ):
            assert answer.status == 200
            assert (await answer.json())["method"] == "VersionInfo"


async def test_a_reload_takes_a_changed_certificate_and_refuses_a_broken_one(
    tmp_path: Path,
) -> None:
    pair = await asyncio.to_thread(Pair.written, tmp_path)
    configured(tmp_path, pair.config)
    async with running_daemon(tmp_path) as daemon:
        port = https_port(daemon)
        assert await shown(port) == pair.fingerprint
        await asyncio.to_thread(Pair.written, tmp_path)
        daemon.process.send_signal(signal.SIGHUP)
        await said(daemon, "configuration read again")
        assert await shown(port) == pair.fingerprint
        in_force = pair.fingerprint
        other = tmp_path / "other"
        other.mkdir()
        pair.key.write_bytes((await asyncio.to_thread(Pair.written, other)).key.read_bytes())
        daemon.process.send_signal(signal.SIGHUP)
        await said(daemon, "the configuration stays as it was")
        assert f"{pair.key} is not the key of {pair.certificate}" in daemon.log()
        assert await shown(port) == in_force
        configured(tmp_path, f'https.machine_certificates = "{tmp_path}"\n')
        daemon.process.send_signal(signal.SIGHUP)
        await said(daemon, "no HTTPS: this machine has no certificates")
        with pytest.raises(OSError):
            await shown(port)
        await daemon.result("VersionInfo")


async def test_without_certificates_http_is_served_alone_and_the_start_says_so(
    tmp_path: Path,
) -> None:
    configured(tmp_path, f'https.machine_certificates = "{tmp_path}"\n')
    async with running_daemon(tmp_path) as daemon:
        assert [url.partition(":")[0] for url in daemon.endpoints] == ["http"]
        await daemon.result("VersionInfo")
        (ready,) = [line for line in daemon.log().splitlines() if "ready: " in line]
        assert "; no HTTPS: this machine has no certificates in" in ready


@pytest.mark.parametrize("words", [[], ["--check-config"]])
def test_a_pair_of_no_use_is_an_error_of_the_configuration(
    words: list[str], tmp_path: Path
) -> None:
    pair = Pair.written(tmp_path)
    configured(tmp_path, pair.config)
    pair.key.write_text("torn")
    path = tmp_path / "sheetfed.toml"
    path.write_text(configuration(tmp_path) + VIRTUAL)
    answer = subprocess.run(
        [sys.executable, "-m", "sheetfed", "--config", path, "--bus", "none", *words],
        env={**os.environ, "PYTHONPATH": package_folder()},
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert answer.returncode == os.EX_CONFIG
    assert f"{pair.key} is no private key in PEM" in answer.stderr
