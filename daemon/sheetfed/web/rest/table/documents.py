"""Documents: the table's operations about documents, their pages and what is seen on them."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web.rest.dividing import Dividing
from sheetfed.web.rest.documentpages import DocumentPages
from sheetfed.web.rest.operation import Answer, Body, Group, Operation, Word
from sheetfed.web.rest.pageedits import PageEdits
from sheetfed.web.rest.processing import Processing
from sheetfed.web.rest.storage import Storage
from sheetfed.web.rest.table.words import CONTENT, DOCUMENT_HEADERS, FILE, PAGES_HEADERS
from sheetfed.web.schemas import array, named, text, whole

_DOCUMENTS: Final = "/api/storage/documents"
_DOCUMENT: Final = f"{_DOCUMENTS}/{{documentuid}}"
_PAGE: Final = f"{_DOCUMENT}/pages/{{page}}"
_OF_DOCUMENTS: Final = (ErrorCode.NOT_FOUND, ErrorCode.WRONG_PASSWORD)
_BY_QUERY: Final = (Word("documentuid", text(), "needed"),)
_FOUND: Final = (Answer(200, "the document", named("Document")),)
_GONE: Final = (Answer(204, "it is gone", media_types=()),)
_LOOKING: Final = (*_OF_DOCUMENTS, ErrorCode.DAMAGED_IMAGE)
_FILES: Final = (
    "image/jpeg",
    "image/png",
    "image/bmp",
    "image/webp",
    "image/tiff",
    "application/pdf",
)

DOCUMENTS: Final = Group(
    "documents",
    "Pages in their order, kept until they are removed or unused for too long.",
    Storage,
    (
        Operation(
            "createDocument",
            "POST",
            _DOCUMENTS,
            Storage.create,
            "Make an empty document.",
            (Answer(201, "the document", named("Document")),),
            (ErrorCode.STORE_FULL,),
            body=Body(named("DocumentAsked"), is_needed=False),
        ),
        Operation(
            "getDocumentInfo",
            "GET",
            _DOCUMENT,
            Storage.get,
            "What the document is, and which pages it has.",
            _FOUND,
            _OF_DOCUMENTS,
            headers=DOCUMENT_HEADERS,
            has_head=True,
            needs=Permission.READ,
        ),
        Operation(
            "describeDocument",
            "PATCH",
            _DOCUMENT,
            Storage.describe,
            "Give the document metadata, an object of your own, in place of what it had.",
            _FOUND,
            (*_OF_DOCUMENTS, ErrorCode.STORE_FULL),
            headers=DOCUMENT_HEADERS,
            body=Body(named("DocumentChange")),
        ),
        Operation(
            "deleteDocument",
            "DELETE",
            _DOCUMENT,
            Storage.remove,
            "Remove the document with all its pages.",
            _GONE,
            (*_OF_DOCUMENTS, ErrorCode.STORE_FULL),
            headers=DOCUMENT_HEADERS,
        ),
        Operation(
            "getDocumentInfoByQuery",
            "GET",
            _DOCUMENTS,
            Storage.get_by_query,
            "The same as with the document in the address, for clients that ask so.",
            _FOUND,
            _OF_DOCUMENTS,
            query=_BY_QUERY,
            headers=DOCUMENT_HEADERS,
            has_head=True,
            needs=Permission.READ,
        ),
        Operation(
            "deleteDocumentByQuery",
            "DELETE",
            _DOCUMENTS,
            Storage.remove_by_query,
            "The same as with the document in the address, for clients that ask so.",
            _GONE,
            (*_OF_DOCUMENTS, ErrorCode.STORE_FULL),
            query=_BY_QUERY,
            headers=DOCUMENT_HEADERS,
        ),
    ),
)

PAGES: Final = Group(
    "document pages",
    "What is in a document.",
    DocumentPages,
    (
        Operation(
            "getDocumentContent",
            "GET",
            f"{_DOCUMENT}/content",
            DocumentPages.content,
            "The document, or some of its pages, as a file.",
            FILE,
            (*_LOOKING, ErrorCode.STORE_FULL, ErrorCode.UNSUPPORTED_IMAGE),
            query=(Word("pages", text(), "indices or uids, with commas between; all"), *CONTENT),
            headers=(*DOCUMENT_HEADERS, *PAGES_HEADERS),
            has_head=True,
            needs=Permission.READ,
        ),
        Operation(
            "insertPages",
            "POST",
            f"{_DOCUMENT}/pages",
            DocumentPages.insert,
            "Put copies of pages into the document, or the pages of an image or PDF.",
            _FOUND,
            (
                *_LOOKING,
                ErrorCode.STORE_FULL,
                ErrorCode.UNSUPPORTED_IMAGE,
                ErrorCode.INDEX_OUT_OF_RANGE,
            ),
            query=(Word("insertPos", whole(low=0), "for a file: before which page; at the end"),),
            headers=DOCUMENT_HEADERS,
            body=Body(named("PagesAsked"), files=_FILES),
        ),
        Operation(
            "deletePage",
            "DELETE",
            _PAGE,
            DocumentPages.remove,
            "Remove a page, by its uid or its index.",
            _GONE,
            (*_OF_DOCUMENTS, ErrorCode.INDEX_OUT_OF_RANGE, ErrorCode.STORE_FULL),
            headers=DOCUMENT_HEADERS,
        ),
    ),
)

EDITS: Final = Group(
    "page edits",
    "What is done to a page of a document; nothing of it is overwritten.",
    PageEdits,
    (
        Operation(
            "editPage",
            "POST",
            f"{_PAGE}/edits",
            PageEdits.do,
            "Edit a page, or do again what was undone last.",
            (Answer(200, "the page", named("ImageInfo")),),
            (
                *_LOOKING,
                ErrorCode.NOTHING_TO_UNDO,
                ErrorCode.WRONG_STATE,
                ErrorCode.STORE_FULL,
            ),
            headers=DOCUMENT_HEADERS,
            body=Body(named("PageEdit")),
        ),
        Operation(
            "undoPageEdit",
            "DELETE",
            f"{_PAGE}/edits",
            PageEdits.undo,
            "Undo the last edit of a page.",
            (Answer(200, "the page", named("ImageInfo")),),
            (*_OF_DOCUMENTS, ErrorCode.NOTHING_TO_UNDO, ErrorCode.STORE_FULL),
            headers=DOCUMENT_HEADERS,
        ),
    ),
)

DIVIDING: Final = Group(
    "splitting",
    "One document becomes several.",
    Dividing,
    (
        Operation(
            "splitDocument",
            "POST",
            f"{_DOCUMENT}/split",
            Dividing.split,
            "Move the parts of a document to new ones, cut at separator pages.",
            (Answer(200, "the new documents", named("DocumentParts")),),
            (*_LOOKING, ErrorCode.WRONG_STATE, ErrorCode.STORE_FULL),
            headers=DOCUMENT_HEADERS,
            body=Body(named("SplitRule")),
        ),
    ),
)

PROCESSING: Final = Group(
    "processing",
    "What is seen on a page.",
    Processing,
    (
        Operation(
            "readBarcode",
            "POST",
            "/api/process/read-barcode",
            Processing.read_barcode,
            "The barcodes of a page.",
            (Answer(200, "the barcodes", array(named("BarcodeRead"))),),
            _LOOKING,
            headers=DOCUMENT_HEADERS,
            body=Body(named("BarcodeAsked")),
            needs=Permission.READ,
        ),
        Operation(
            "checkBlank",
            "POST",
            "/api/process/check-blank",
            Processing.check_blank,
            "Whether a page is blank.",
            (Answer(200, "whether it is", named("BlankChecked")),),
            _LOOKING,
            headers=DOCUMENT_HEADERS,
            body=Body(named("BlankAsked")),
            needs=Permission.READ,
        ),
    ),
)
