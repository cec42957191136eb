"""Ids: unguessable, and fit for a URL, a file name and a D-Bus object path alike."""

import hashlib
import secrets
from functools import lru_cache

from sheetfed.core.model import DocumentId, InstanceId, JobId, Owner, PageId, TransferId


def new_job() -> JobId:
    return JobId("j" + secrets.token_hex(16))


def new_page() -> PageId:
    return PageId("p" + secrets.token_hex(16))


def new_document() -> DocumentId:
    return DocumentId("d" + secrets.token_hex(16))


def new_transfer() -> TransferId:
    return TransferId("t" + secrets.token_hex(16))


@lru_cache(maxsize=1024)
def buffer_document(owner: Owner, instance: InstanceId) -> DocumentId:
    """The document that is the buffer of this instance: always the same one."""
    words = f"{owner.uid}\0{owner.origin or ''}\0{instance}"
    return DocumentId("b" + hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()[:32])
