"""Loading: others' images and PDFs as pages, from an RPC method and at /load."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from sheetfed.core.access import Access
from sheetfed.core.documents import Documents
from sheetfed.core.errors import ScanError
from sheetfed.core.imagetype import ImageType
from sheetfed.core.loading import Loading
from sheetfed.core.model import Caller, InstanceId
from sheetfed.core.permissions import Permission
from sheetfed.web import body as bodies
from sheetfed.web import envelope, identity
from sheetfed.web.answers import rpc_answer
from sheetfed.web.method import Call, Result
from sheetfed.web.parameters import image_type
from sheetfed.web.receiving import Received, Receiving


class FileLoading:
    """What a file is, its content says; a type that is named has to be one of those taken."""

    def __init__(
        self, *, loading: Loading, documents: Documents, access: Access, receiving: Receiving
    ) -> None:
        self._loading = loading
        self._documents = documents
        self._access = access
        self._receiving = receiving

    async def base64(self, call: Call, data: Received, _: ImageType | None) -> Result:
        return await self._load(call.caller, call.instance, data.path)

    async def file(self, request: web.BaseRequest, _: Mapping[str, str]) -> web.StreamResponse:
        """POST /dwt/{version}/load"""
        caller = identity.caller()
        try:
            instance = await self._admit(request.query, caller)
        except ScanError:
            await bodies.discard(request)
            raise
        async with self._receiving.body(request) as received:
            result = await self._load(caller, instance, received.path)
        return rpc_answer(request, instance, "load", result, "")

    async def _admit(self, query: Mapping[str, str], caller: Caller) -> InstanceId:
        """Whose buffer it is for. Raises InvalidParameter or NotAllowed."""
        instance = InstanceId(envelope.named_instance(query.get("id", "")))
        if query.get("type"):
            image_type(query["type"])
        await self._access.require(caller, Permission.SCAN)
        return instance

    async def _load(self, caller: Caller, instance: InstanceId, source: Path) -> list[object]:
        await self._access.require(caller, Permission.SCAN)
        pages = await self._loading.load(caller, source, instance=instance)
        buffer = self._documents.buffer(caller, instance)
        order = () if buffer is None else buffer.pages
        return [True, [order.index(page.id) for page in pages if page.id in order]]
