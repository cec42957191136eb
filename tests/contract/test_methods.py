"""The RPC methods of the HTTP contract and those of the table are the same."""

from pathlib import Path
from typing import Any

import pytest

from fakes.core import FakeCore
from fakes.door import assembled
from fakes.incoming import FolderIncoming
from sheetfed.web.method import Method
from sheetfed.web.methods import GROUPS, TABLE

CONTRACT = """
service
    VersionInfo() -> text, "", "64"
sources
    GetSourceNames() -> list
    GetDevices(refresh?) -> list
    GetCapabilities(scanner?) -> Capabilities
    SelectSource(scanner) -> true
    OpenSource(scanner?) -> true
    CloseSource() -> true
    GetOptions(scanner?) -> list
    SetOptions(options, scanner?) -> object, list
acquire
    AcquireImage(settings?) long -> flag, list, text
    JobStatus(jobId) -> JobStatus
    ResumeJob(jobId) -> true
    FinishJob(jobId) -> true
    CancelAllPendingTransfers() -> true
buffer
    HowManyImagesInBuffer() -> whole
    GetCurrentIndex() -> whole
    SetCurrentIndex(index) -> whole
    GetImageInfo(index) -> ImageInfo
    IndexToImageID(index) -> text
    ImageIDToIndex(id) -> whole
    MoveImage(index, to) -> true
    SwitchImage(index, other) -> true
    CopyImages(indices, to) -> true
    ReversePages() -> true
    InterleaveBacks(n, reversed?) -> true
    SplitDocument(rule) -> list
    RemoveImage(index) -> true
    RemoveImages(indices) -> true
    RemoveAllImages() -> true
edit
    Rotate(index, degrees, keep_size?, fill?) -> true
    RotateLeft(index) -> true
    RotateRight(index) -> true
    Flip(index) -> true
    Mirror(index) -> true
    Crop(index, left, top, right, bottom) -> true
    Erase(index, left, top, right, bottom, fill?) -> true
    ChangeImageSize(index, width, height, method?) -> true
    SetDPI(index, x, y, resample?) -> true
    ConvertToGrayScale(index) -> true
    ConvertToBW(index, threshold?) -> true
    Invert(index) -> true
    ChangeBrightness(index, percent) -> true
    ChangeContrast(index, percent) -> true
    GetSkewAngle(index) -> number
    Deskew(index) -> true, {angle}
    AutoCrop(index) -> true, {box}
    AutoOrient(index) -> true, {degrees}
    IsBlankImage(index, options?) -> flag, number
    Undo(index) -> true
    Redo(index) -> true
load
    LoadImageFromBase64Binary(data, type?) -> true, list
encode
    ConvertToBase64(indices, type, options?) -> text
upload
    HTTPUpload(upload) long -> flag, UploadReply?
    TransferStatus(transferId) -> TransferStatus
    CancelTransfer(transferId) -> true
read
    ReadBarcode(index, options?) -> list
"""
KINDS = {
    "string": "text",
    "boolean": "flag",
    "integer": "whole",
    "number": "number",
    "array": "list",
    "object": "object",
}


def kind_of(schema: Any) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return f"{kind_of(schema['anyOf'][0])}?"
    if "const" in schema:
        return "true" if schema["const"] is True else f'"{schema["const"]}"'
    if "properties" in schema:
        return f"{{{', '.join(schema['properties'])}}}"
    return KINDS[schema["type"]]


def line_of(method: Method) -> str:
    names = ", ".join(
        f"{each.name}?" if each.is_optional else each.name for each in method.parameters
    )
    long = " long" if method.is_long else ""
    return f"    {method.name}({names}){long} -> {', '.join(map(kind_of, method.result))}"


def test_the_table_is_that_of_the_contract() -> None:
    lines = [""]
    for group in GROUPS:
        lines += [group.name, *map(line_of, group.methods)]
    assert "\n".join(lines) + "\n" == CONTRACT


def test_every_method_of_the_table_is_bound_to_what_does_it(tmp_path: Path) -> None:
    door = assembled(FakeCore.assemble(tmp_path), FolderIncoming(tmp_path))
    assert list(door.methods) == list(TABLE)


def test_a_method_is_in_the_table_once() -> None:
    assert sum(len(group.methods) for group in GROUPS) == len(TABLE)


@pytest.mark.parametrize("method", TABLE.values(), ids=TABLE)
def test_what_may_be_left_out_comes_last(method: Method) -> None:
    optional = [parameter.is_optional for parameter in method.parameters]
    assert optional == sorted(optional)
