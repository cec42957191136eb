"""Describing: documents that are made empty, and what their owners say of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sheetfed.core import ids
from sheetfed.core.collection import Change, Collection
from sheetfed.core.documents import Documents
from sheetfed.core.errors import TooMany, WrongPassword
from sheetfed.core.model import Caller, Document, DocumentId
from sheetfed.core.ordering import require_index
from sheetfed.core.passwords import Passwords
from sheetfed.core.settings import invalid

DOCUMENTS_AT_MOST: Final = 10_000
"""Of one owner; those that a scan makes are not refused."""

NAME_AT_MOST: Final = 255
PASSWORD_AT_MOST: Final = 32
METADATA_BYTES_AT_MOST: Final = 64 * 1024


class Describing:
    """A name, metadata, a password, and which page is looked at."""

    def __init__(self, *, collection: Collection, documents: Documents) -> None:
        self._collection = collection
        self._documents = documents
        self._passwords = Passwords()

    async def create(self, caller: Caller, *, name: str = "", password: str = "") -> Document:
        """An empty one. Raises InvalidParameter or TooMany."""
        _require_name(name)
        if len(password) > PASSWORD_AT_MOST:
            raise invalid("password", f"at most {PASSWORD_AT_MOST} characters")
        own = sum(
            document.owner == caller.owner for document in self._collection.documents.values()
        )
        if own >= DOCUMENTS_AT_MOST:
            raise TooMany("too many documents", details={"documents": own})
        document = replace(
            self._documents.made(ids.new_document(), caller.owner),
            name=name,
            password_hash=await self._passwords.hashed(password, uid=caller.owner.uid)
            if password
            else "",
        )
        await self._collection.change(lambda: Change((document,)))
        return self._collection.documents[document.id]

    async def describe(
        self,
        caller: Caller,
        document: DocumentId,
        *,
        name: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Document:
        """Say this of it; None leaves it. Raises NotFound or InvalidParameter."""
        if name is not None:
            _require_name(name)
        text = None if metadata is None else _metadata_text(metadata)

        def plan() -> Change:
            found = self._documents.own(caller, document)
            described = replace(
                found,
                name=found.name if name is None else name,
                metadata=found.metadata if text is None else text,
            )
            return Change((described,))

        return (await self._collection.change(plan)).documents[0]

    async def set_current(self, caller: Caller, document: DocumentId, index: int) -> None:
        """Say which page is looked at; written down later. Raises NotFound or IndexOutOfRange."""

        def plan() -> Document:
            found = self._documents.own(caller, document)
            require_index(found.pages, index)
            return replace(found, current=index)

        await self._collection.change_late(plan)

    async def require_password(self, document: Document, password: str | None) -> None:
        """Raises WrongPassword; a document that has none takes any."""
        if not document.password_hash:
            return
        if not password or len(password) > PASSWORD_AT_MOST:
            raise WrongPassword
        await self._passwords.require(password, document.password_hash, uid=document.owner.uid)


def _require_name(name: str) -> None:
    if len(name) > NAME_AT_MOST or not name.isprintable():
        raise invalid("name", f"at most {NAME_AT_MOST} characters that can be printed")


def _metadata_text(metadata: Mapping[str, object]) -> str:
    try:
        text = json.dumps(metadata, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise invalid("metadata", "a JSON object") from error
    if len(text) > METADATA_BYTES_AT_MOST:
        raise invalid("metadata", f"a JSON object of at most {METADATA_BYTES_AT_MOST} bytes")
    return text
