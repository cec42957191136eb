"""Envelope: what surrounds an RPC call's parameters, read from its body and checked."""

import json
import re
from collections.abc import Mapping
from typing import Final

from sheetfed.core.errors import InvalidParameter
from sheetfed.core.settings import invalid

DEPTH_AT_MOST: Final = 32
INSTANCE_PATTERN: Final = "[A-Za-z0-9_-]{1,64}"
_INSTANCE: Final = re.compile(INSTANCE_PATTERN)
_NO_INSTANCE: Final = "1"
_NAMING: Final = (str, int)
_decode: Final = json.JSONDecoder().decode


def parse(raw: bytes | bytearray, *, depth_at_most: int = DEPTH_AT_MOST) -> Mapping[str, object]:
    """The body as an object; none at all is an empty one. Raises InvalidParameter."""
    if not raw:
        return {}
    try:
        body = _decode(raw.decode())
        if b"\\u" in raw:
            # Half of a surrogate pair is JSON, but no character: nobody could be told of it.
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidParameter("the body is not JSON", details={"name": "body"}) from None
    if not isinstance(body, dict):
        raise invalid("body", "a JSON object")
    if raw.count(b"[") + raw.count(b"{") > depth_at_most and _depth(body) > depth_at_most:
        raise invalid("body", f"JSON nested at most {depth_at_most} deep")
    return body


def instance(body: Mapping[str, object]) -> str:
    """Whose call it is; "1" when it does not say."""
    value = body.get("id", _NO_INSTANCE)
    if isinstance(value, bool) or not isinstance(value, _NAMING):
        raise invalid("id", "a text or a number")
    return named_instance(str(value))


def named_instance(word: str) -> str:
    """Raises InvalidParameter for what no instance is called."""
    if not _INSTANCE.fullmatch(word):
        raise invalid("id", "1 to 64 characters of A-Z, a-z, 0-9, _ and -")
    return word


def command(body: Mapping[str, object]) -> str:
    """What the answer repeats."""
    value = body.get("cmdId", "")
    if not isinstance(value, str) or len(value) > 1024:
        raise invalid("cmdId", "a text")
    return value


def _depth(value: object) -> int:
    """How deep lists and objects are nested."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [
            inner for item in level for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return depth
