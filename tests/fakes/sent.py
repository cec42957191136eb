"""Sent: a file that the real sender has sent, and what names it was looked up by."""

import io
import socket
from collections.abc import Sequence
from dataclasses import replace

from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.targets import parse
from sheetfed.core.uploads import Reply, Upload, UploadMethod
from sheetfed.web.uploading import lookup
from sheetfed.web.uploading.sender import HttpSender
from sheetfed.web.uploading.trust import Trust

FILE = b"%PDF-1.4 " + bytes(range(256)) * 4096

PUT = Upload(
    target=parse("url", "http://127.0.0.1/"),
    method=UploadMethod.PUT,
    image_type=ImageType.PDF,
    options=ExportOptions(),
    file_name="scan.pdf",
    field_name="RemoteFile",
)

POST = replace(PUT, method=UploadMethod.POST)


def to(url: str, upload: Upload = PUT) -> Upload:
    return replace(upload, target=parse("url", url))


async def sent(
    upload: Upload,
    *,
    file: bytes = FILE,
    trust: Trust | None = None,
    timeout_s: float = 15.0,
    look_up: lookup.Lookup = lookup.system,
    told: list[int] | None = None,
) -> Reply:
    http = HttpSender(trust=trust or Trust(), timeout_s=timeout_s, look_up=look_up)
    hear = (told if told is not None else []).append
    return await http.send(upload, io.BytesIO(file), len(file), hear)


def knowing(**names: Sequence[Sequence[str]]) -> lookup.Lookup:
    """A name server: each name has these addresses at first, then the next, then no other."""
    left = {name.replace("_", "."): list(answers) for name, answers in names.items()}

    async def look_up(host: str, _: int) -> Sequence[str]:
        if not left.get(host):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return left[host].pop(0) if len(left[host]) > 1 else left[host][0]

    return look_up
