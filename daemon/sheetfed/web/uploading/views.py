"""Views: uploads as the words of RPC answers and events."""

from sheetfed.core.errors import ERRORS, ScanError
from sheetfed.core.uploads import Transfer
from sheetfed.web.errors import words


def transfer_view(transfer: Transfer) -> dict[str, object]:
    """As events tell it: without what the server has said."""
    error = failure(transfer)
    if error is not None:
        error.details.pop("body", None)
    return {
        "transfer": transfer.id,
        "state": str(transfer.state),
        "progress": transfer.progress,
        "sent_bytes": transfer.sent_bytes,
        "total_bytes": transfer.total_bytes,
        "attempt": transfer.attempt,
        "pages": transfer.pages,
        "origin": transfer.origin,
        "instance": transfer.instance,
        "status": None if transfer.reply is None else transfer.reply.status,
        "error": None if error is None else words(error),
    }


def transfer_status(transfer: Transfer) -> dict[str, object]:
    """All that is known of it, with the server's answer."""
    error = failure(transfer)
    return {
        **transfer_view(transfer),
        "reply": reply_view(transfer),
        "error": None if error is None else words(error),
    }


def reply_view(transfer: Transfer) -> dict[str, object] | None:
    reply = transfer.reply
    return None if reply is None else {"status": reply.status, "body": reply.body}


def failure(transfer: Transfer) -> ScanError | None:
    """Why it did not succeed."""
    if transfer.reason is None:
        return None
    return ERRORS[transfer.reason](transfer.message, details=transfer.details)
