"""Methods: what the RPC methods do that send pages to a server."""

from collections.abc import Mapping

from sheetfed.core.model import TransferId
from sheetfed.core.transfers import Transfers
from sheetfed.core.uploads import TransferState
from sheetfed.web import parameters
from sheetfed.web.buffer import Buffers
from sheetfed.web.method import Call, Result
from sheetfed.web.uploading import views, words


class Uploading:
    """What the methods of the upload group do."""

    def __init__(self, *, buffers: Buffers, transfers: Transfers) -> None:
        self._buffers = buffers
        self._transfers = transfers

    async def upload(self, call: Call, asked: Mapping[str, object]) -> Result:
        upload = words.parse(asked)
        indices = asked.get("indices")
        buffer = self._buffers.get(call)
        if indices is None:
            indices = list(range(0 if buffer is None else len(buffer.pages)))
        pages = self._buffers.at(buffer, parameters.one_or_more("indices", indices))
        transfer = await self._transfers.start(call.caller, pages, upload, call.instance)
        if not call.waits:
            return [True, transfer.id]
        transfer = await self._transfers.ended(call.caller, transfer.id)
        error = views.failure(transfer)
        if error is not None:
            error.details["transfer"] = transfer.id
            raise error
        return [transfer.state is TransferState.DONE, views.reply_view(transfer)]

    async def status(self, call: Call, transfer: str) -> Result:
        return [views.transfer_status(self._transfers.get(call.caller, TransferId(transfer)))]

    async def cancel(self, call: Call, transfer: str) -> Result:
        await self._transfers.cancel(call.caller, TransferId(transfer))
        return [True]
