"""Arranging: the table's entries of the buffer: counted, looked up, arranged and removed pages."""

from typing import Final

from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web import splitwords
from sheetfed.web.buffer import Buffer
from sheetfed.web.method import Group, Method
from sheetfed.web.parameters import COUNT, FLAG, INDEX, INDICES, TEXT, Kind, Parameter
from sheetfed.web.schemas import array, named, text, whole

_LOOK: Final = (ErrorCode.INDEX_OUT_OF_RANGE,)
_CHANGE: Final = (*_LOOK, ErrorCode.NOT_FOUND, ErrorCode.STORE_FULL)

_INDEX: Final = Parameter("index", INDEX, "of the page, from 0")
_RULE: Final = Kind("an object", named("SplitRule"), splitwords.read)
_TO: Final = Parameter("to", INDEX, "where it is to be")

BUFFER: Final = Group(
    "buffer",
    Buffer,
    (
        Method(
            "HowManyImagesInBuffer",
            Buffer.count,
            "How many pages there are.",
            result=(whole(low=0),),
            needs=Permission.READ,
        ),
        Method(
            "GetCurrentIndex",
            Buffer.current,
            "Which page is looked at; -1 without pages.",
            result=(whole(low=-1),),
            needs=Permission.READ,
        ),
        Method(
            "SetCurrentIndex",
            Buffer.set_current,
            "Say which page is looked at.",
            (_INDEX,),
            (whole(low=0),),
            _CHANGE,
        ),
        Method(
            "GetImageInfo",
            Buffer.info,
            "What there is to know of a page.",
            (_INDEX,),
            (named("ImageInfo"),),
            _LOOK,
            needs=Permission.READ,
        ),
        Method(
            "IndexToImageID",
            Buffer.index_to_id,
            "The id of the page at this index: it stays when pages are moved.",
            (_INDEX,),
            (text(),),
            _LOOK,
            needs=Permission.READ,
        ),
        Method(
            "ImageIDToIndex",
            Buffer.id_to_index,
            "Where the page of this id is; -1 when it is not there.",
            (Parameter("id", TEXT, "a page's id"),),
            (whole(low=-1),),
            needs=Permission.READ,
        ),
        Method(
            "MoveImage",
            Buffer.move,
            "Put a page elsewhere.",
            (_INDEX, _TO),
            errors=_CHANGE,
        ),
        Method(
            "SwitchImage",
            Buffer.swap,
            "Let two pages change places.",
            (_INDEX, Parameter("other", INDEX)),
            errors=_CHANGE,
        ),
        Method(
            "CopyImages",
            Buffer.copy,
            "Put copies of pages elsewhere; each has edits of its own from then on.",
            (
                Parameter("indices", INDICES, "which pages, in this order"),
                Parameter("to", INDEX, "where the first copy is to be"),
            ),
            errors=_CHANGE,
        ),
        Method("ReversePages", Buffer.reverse, "The last page becomes the first.", errors=_CHANGE),
        Method(
            "InterleaveBacks",
            Buffer.interleave_backs,
            "Put the last `n` pages, a second pass of a feeder, behind the fronts before them.",
            (
                Parameter("n", COUNT, "how many backs there are"),
                Parameter(
                    "reversed",
                    FLAG,
                    "the last sheet's back comes first; true",
                    is_optional=True,
                ),
            ),
            errors=_CHANGE,
        ),
        Method(
            "SplitDocument",
            Buffer.split,
            "Move the parts of the buffer to new documents, cut at separator pages.",
            (Parameter("rule", _RULE),),
            (array(text(), "the documents, see docs/rest.md"),),
            (
                ErrorCode.NOT_FOUND,
                ErrorCode.WRONG_STATE,
                ErrorCode.DAMAGED_IMAGE,
                ErrorCode.STORE_FULL,
            ),
        ),
        Method("RemoveImage", Buffer.remove, "Remove a page.", (_INDEX,), errors=_CHANGE),
        Method(
            "RemoveImages",
            Buffer.remove_many,
            "Remove pages.",
            (Parameter("indices", INDICES),),
            errors=_CHANGE,
        ),
        Method("RemoveAllImages", Buffer.remove_all, "Remove all pages.", errors=_CHANGE),
    ),
)
