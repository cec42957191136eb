"""Editing: the table's entries of what changes and measures a page. Each edit can be undone."""

from typing import Final

from sheetfed.core import editwords
from sheetfed.core.edits import Edit, Flip, Gray, Invert, Mirror, Rotate
from sheetfed.core.editvalues import EDIT_VALUES
from sheetfed.core.errors import ErrorCode
from sheetfed.core.permissions import Permission
from sheetfed.web import parameters
from sheetfed.web.editing import PageEditing, fixed, worded
from sheetfed.web.method import Group, Method
from sheetfed.web.parameters import INDEX, Kind, Parameter
from sheetfed.web.schemas import TRUE, flag, named, number, of_edit_value, or_null, record, whole

_EDIT: Final = (ErrorCode.INDEX_OUT_OF_RANGE, ErrorCode.NOT_FOUND, ErrorCode.STORE_FULL)
_LOOK: Final = (ErrorCode.INDEX_OUT_OF_RANGE, ErrorCode.NOT_FOUND, ErrorCode.DAMAGED_IMAGE)
_CORRECT: Final = (*_EDIT, ErrorCode.DAMAGED_IMAGE, ErrorCode.WRONG_STATE)
_STEP: Final = (*_EDIT, ErrorCode.NOTHING_TO_UNDO)

_INDEX: Final = Parameter("index", INDEX, "of the page, from 0")
_BLANK: Final = Kind("an object", named("BlankOptions"), parameters.options)
_ABOUT: Final = {
    "degrees": "clockwise",
    "keep_size": "the page does not grow so that all is on it",
    "fill": "a color; `#ffffff`",
    "left": "in pixels of the page as it is now",
    "right": "not included",
    "bottom": "not included",
    "width": "in pixels",
    "height": "in pixels",
    "method": "`lanczos`",
    "x": "dpi across",
    "y": "dpi down",
    "resample": "the number of pixels changes and the paper's size stays",
    "threshold": "what is at least so bright is white; `auto`",
}


def _fixed(name: str, edit: Edit, summary: str) -> Method:
    return Method(name, fixed(edit), summary, (_INDEX,), errors=_EDIT)


def _worded(name: str, op: str, summary: str) -> Method:
    words = tuple(
        Parameter(
            word,
            Kind(value.allowed, of_edit_value(value), value.read),
            _ABOUT.get(word, ""),
            is_optional=not is_needed,
        )
        for word, is_needed in editwords.members(op).items()
        for value in (EDIT_VALUES[word],)
    )
    return Method(name, worded(op), summary, (_INDEX, *words), errors=_EDIT)


EDIT: Final = Group(
    "edit",
    PageEditing,
    (
        _worded("Rotate", "rotate", "Turn a page by any angle."),
        _fixed("RotateLeft", Rotate(270), "A quarter turn, without loss."),
        _fixed("RotateRight", Rotate(90), "A quarter turn, without loss."),
        _fixed("Flip", Flip(), "Top and bottom change places."),
        _fixed("Mirror", Mirror(), "Left and right change places."),
        _worded("Crop", "crop", "Keep this rectangle."),
        _worded("Erase", "erase", "Fill this rectangle."),
        _worded("ChangeImageSize", "resize", "To exactly so many pixels."),
        _worded("SetDPI", "set-dpi", "Change the paper's size, or the number of pixels."),
        _fixed("ConvertToGrayScale", Gray(), "Make a page gray."),
        _worded("ConvertToBW", "black-white", "Make a page black and white, one bit a pixel."),
        _fixed("Invert", Invert(), "Black becomes white, white becomes black."),
        _worded("ChangeBrightness", "brightness", "In percent: -100 is all black, 100 all white."),
        _worded("ChangeContrast", "contrast", "In percent: -100 is one gray."),
        Method(
            "GetSkewAngle",
            PageEditing.skew,
            "By how many degrees the page's lines are turned clockwise.",
            (_INDEX,),
            (number(),),
            _LOOK,
            needs=Permission.READ,
        ),
        Method(
            "Deskew",
            PageEditing.deskew,
            "Straighten a page; answers by how many degrees its lines were turned clockwise.",
            (_INDEX,),
            (TRUE, record({"angle": number()})),
            _CORRECT,
        ),
        Method(
            "AutoCrop",
            PageEditing.auto_crop,
            "Crop a page to the sheet on it; answers where it was, null with nothing around it.",
            (_INDEX,),
            (TRUE, record({"box": or_null(named("Box"))})),
            _CORRECT,
        ),
        Method(
            "AutoOrient",
            PageEditing.auto_orient,
            "Turn a page so that its text stands upright, where tesseract is installed.",
            (_INDEX,),
            (TRUE, record({"degrees": whole()})),
            _CORRECT,
        ),
        Method(
            "IsBlankImage",
            PageEditing.is_blank,
            "Whether nothing is on a page, and the part of it that is ink.",
            (_INDEX, Parameter("options", _BLANK, is_optional=True)),
            (flag("it is blank"), number("the part of it that is ink", low=0, high=1)),
            _LOOK,
            needs=Permission.READ,
        ),
        Method(
            "Undo", PageEditing.undo, "Take the last edit of a page back.", (_INDEX,), errors=_STEP
        ),
        Method(
            "Redo",
            PageEditing.redo,
            "Do the edit again that was taken back last.",
            (_INDEX,),
            errors=_STEP,
        ),
    ),
)
