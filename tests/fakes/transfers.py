"""Transfers: short words for a test whose callers have pages sent."""

from dataclasses import replace

from fakes.core import ALICE_ON_THE_WEB, ORIGIN, FakeCore
from fakes.holders import ONE
from sheetfed.core.exports import ExportOptions
from sheetfed.core.imagetype import ImageType
from sheetfed.core.model import Caller, Page, ScanSettings
from sheetfed.core.targets import parse
from sheetfed.core.uploads import Transfer, Upload, UploadMethod

PUT = Upload(
    target=parse("url", f"{ORIGIN}/in"),
    method=UploadMethod.PUT,
    image_type=ImageType.PDF,
    options=ExportOptions(),
    file_name="scan.pdf",
    field_name="file",
)

POST = replace(PUT, method=UploadMethod.POST)


async def scanned(core: FakeCore, caller: Caller = ALICE_ON_THE_WEB) -> list[Page]:
    """The pages of this caller's first instance, of which there is one more now."""
    job = await core.jobs.start(caller, ScanSettings(), ONE)
    await core.jobs.settled(caller, job.id)
    buffer = core.documents.buffer(caller, ONE)
    assert buffer is not None
    return [core.documents.page_at(buffer, index) for index in range(len(buffer.pages))]


async def sent(
    core: FakeCore, upload: Upload = PUT, *, caller: Caller = ALICE_ON_THE_WEB
) -> Transfer:
    """How it ended."""
    transfer = await core.transfers.start(caller, await scanned(core, caller), upload, ONE)
    return await core.transfers.ended(caller, transfer.id)


async def under_way(core: FakeCore, upload: Upload = PUT) -> Transfer:
    """One that is being sent, and waits at the sender's gate."""
    core.sender.sending.shut()
    pages = await scanned(core)
    transfer = await core.transfers.start(ALICE_ON_THE_WEB, pages, upload, ONE)
    await core.sender.sending.reached()
    return transfer


async def scanned_before(core: FakeCore) -> list[Page]:
    buffer = core.documents.buffer(ALICE_ON_THE_WEB, ONE)
    return [core.documents.page_at(buffer, 0)]
