"""Addresses: one that each route of the HTTP door matches, made from the route's pattern."""

import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from fakes.core import FakeCore
from fakes.door import assembled
from fakes.incoming import FolderIncoming

_SAMPLES = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a"}


def every_address(folder: Path) -> Iterator[tuple[str, str]]:
    """A method and a path for each route, and for each RPC method."""
    door = assembled(FakeCore.assemble(folder), FolderIncoming(folder))
    for pattern, methods, *_ in door._guard._routes._routes:
        path = sample(pattern.pattern)
        assert pattern.fullmatch(path), f"no address was found for {pattern.pattern}"
        yield from ((method, path) for method in sorted(methods - {"HEAD"}))
    for name in door.methods:
        yield from (("POST", f"/{face}/{name}") for face in ("f", "fa"))


def sample(pattern: str) -> str:
    """A text that the pattern matches."""
    return "".join(map(_sample, _parser.parse(pattern)))


def _sample(part: tuple[Any, Any]) -> str:
    kind, content = part
    match str(kind):
        case "LITERAL":
            return chr(content)
        case "NOT_LITERAL":
            return "a" if content != ord("a") else "b"
        case "ANY":
            return "a"
        case "IN":
            return _member(content)
        case "BRANCH":
            return "".join(map(_sample, content[1][0]))
        case "SUBPATTERN":
            return "".join(map(_sample, content[3]))
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, _, repeated = content
            return "".join(map(_sample, repeated)) * max(least, 0)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return ""
    raise ValueError(f"{kind} is not known")


def _member(content: list[tuple[Any, Any]]) -> str:
    """A character of a set."""
    written = {str(kind) for kind, _ in content}
    if "NEGATE" in written:
        excluded = re.compile(f"[{''.join(re.escape(chr(at)) for _, at in content if at)}]")
        return next(letter for letter in "ax1-" if not excluded.match(letter))
    kind, what = content[0]
    if kind is _constants.CATEGORY:
        return _SAMPLES[str(what)]
    return chr(what[0] if kind is _constants.RANGE else what)
