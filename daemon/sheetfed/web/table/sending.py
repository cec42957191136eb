"""Sending: the table's entries of pages that go to a server."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web import parameters
from sheetfed.web.method import Group, Method
from sheetfed.web.parameters import TEXT, Kind, Parameter
from sheetfed.web.schemas import flag, named, or_null
from sheetfed.web.uploading.methods import Uploading

_TRANSFER: Final = Parameter("transferId", TEXT, "what `HTTPUpload` answered at `/fa/`")

UPLOAD: Final = Group(
    "upload",
    Uploading,
    (
        Method(
            "HTTPUpload",
            Uploading.upload,
            "Send pages as a file to a server; it goes on when nobody waits for it any more.",
            (
                Parameter(
                    "upload",
                    Kind("an object", named("UploadSettings"), parameters.options),
                    "what to send where",
                ),
            ),
            (
                flag("false when it was canceled"),
                or_null(named("UploadReply"), "what the server answered"),
            ),
            (
                ErrorCode.INDEX_OUT_OF_RANGE,
                ErrorCode.NOT_FOUND,
                ErrorCode.DAMAGED_IMAGE,
                ErrorCode.STORE_FULL,
                ErrorCode.UPLOAD_REFUSED,
                ErrorCode.UPLOAD_FAILED,
                ErrorCode.INTERRUPTED,
            ),
            is_long=True,
            needs=Permission.UPLOAD,
        ),
        Method(
            "TransferStatus",
            Uploading.status,
            "How an upload stands; for a day after its end.",
            (_TRANSFER,),
            (named("TransferStatus"),),
            (ErrorCode.NOT_FOUND,),
            needs=Permission.UPLOAD,
        ),
        Method(
            "CancelTransfer",
            Uploading.cancel,
            "Cancel an upload; one that has ended stays as it is.",
            (_TRANSFER,),
            errors=(ErrorCode.NOT_FOUND,),
            needs=Permission.UPLOAD,
        ),
    ),
)
