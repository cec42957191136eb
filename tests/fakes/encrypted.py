"""A daemon whose pages are encrypted, and what of them is on the disk."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fakes.daemon import Daemon, package_folder, running_daemon
from fakes.manager import DescriptorStore
from sheetfed.sealed.header import MAGIC

SESSION = 'store.encrypt = "session"\n'
KEY_FILE = 'store.encrypt = "key-file"\n'
OFF = 'store.encrypt = "off"\n'
ENDED_S = 15.0
PAGES = {"paper_source": "feeder", "resolution": 75, "pages": 3}
CLEAR_WORDS = (
    b"sheetfed-master",
    b"sheetfed-spool",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff\xe0\x00\x10JFIF",
    b"%PDF-",
    b'"frames"',
)
WITHOUT_PAGES = ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm", "keys.json")


def found(folder: Path) -> dict[Path, bytes]:
    """Everything that is written under the store and the cache now."""
    files = {}
    for path in (*folder.glob("store/**/*"), *folder.glob("cache/**/*")):
        try:
            files[path] = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
    return {path: content for path, content in files.items() if content}


def assert_sealed(files: dict[Path, bytes]) -> None:
    for path, content in files.items():
        assert not [word for word in CLEAR_WORDS if word in content], path
        if path.name not in WITHOUT_PAGES and path.name != "reserve":
            assert content.startswith(MAGIC), path


async def page(daemon: Daemon, index: int = 0) -> bytes:
    """The page as it was scanned, as a PNG."""
    query = {"id": "test", "type": "png", "indices": str(index)}
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/doc", params=query) as answer:
        assert answer.status == 200, await answer.text()
        body = await answer.read()
        assert answer.content_length == len(body)
        return body


async def thumbnail(daemon: Daemon, index: int = 0) -> bytes:
    query = {"id": "test", "index": str(index), "width": "100", "height": "100"}
    async with daemon.http.get(f"{daemon.base}/dwt/dwt_1/img", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


async def count(daemon: Daemon) -> int:
    (pages,) = await daemon.result("HowManyImagesInBuffer")
    return int(pages)


@asynccontextmanager
async def scanned(folder: Path, config: str, kept: DescriptorStore) -> AsyncIterator[Daemon]:
    async with running_daemon(folder, config=config, store=kept) as daemon:
        await daemon.result("AcquireImage", PAGES)
        yield daemon


async def refused(folder: Path, config: str) -> tuple[int, str]:
    """The exit code and the words of a daemon that does not start."""
    path = folder / "refused.toml"
    path.write_text(
        'http.listen = ["127.0.0.1:0"]\nhttps.listen = []\nscanners.virtual = true\n'
        f'store.path = "{folder}/store"\nstore.cache = "{folder}/cache"\n{config}'
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sheetfed", "--config", str(path), "--bus", "none"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": package_folder()},
    )
    _, words = await asyncio.wait_for(process.communicate(), ENDED_S)
    assert process.returncode is not None
    return process.returncode, words.decode()


def key_file(folder: Path, content: bytes = b"k" * 32) -> Path:
    path = folder / "store-key"
    path.write_bytes(content)
    path.chmod(0o400)
    return path
