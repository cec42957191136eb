"""Write what is made from the table of RPC methods: python docs/generate.py"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "daemon")]

from docs.typescript import members_of, parameters, result, type_of  # noqa: E402

from sheetfed.core.errors import ERRORS  # noqa: E402
from sheetfed.web import errors  # noqa: E402
from sheetfed.web.method import Method  # noqa: E402
from sheetfed.web.methods import GROUPS, TABLE  # noqa: E402
from sheetfed.web.schemas import COMPONENTS_AT, named  # noqa: E402
from sheetfed.web.vocabulary import EVENTS, SCHEMAS  # noqa: E402

PAGE = ROOT / "docs" / "rpc.md"
TYPES = ROOT / "client" / "sheetfed" / "types" / "methods.d.ts"

TYPE_FILES = ("errors", "events", "pages", "scanning", "uploads")
_LINE_AT_MOST = 100

_HEAD = """\
# Every method

Made by `docs/generate.py` from the table that the service itself dispatches by. How a web page uses them with the JavaScript client is in
[web-developers.md](web-developers.md); there, `sheetfed.call(method, parameters)` calls any of these.

`POST /f/{method}` with `{"id": instance, "parameter": [...]}` answers `{"id", "method", "result", "cmdId"}` when it is done; `cmdId` repeats the
request's. `POST /fa/{method}` is the same, but a long method (marked *long*) answers `[true, "<id>"]` as soon as it is accepted. An instance
is 1 to 64 characters of `A-Z a-z 0-9 _ -`; a never-used one has an empty buffer. Parameters stand in their order; one marked `?` may be left out
or `null`. An answer with an error has its HTTP status, an empty `result` and `error`, see [errors](#errors). Where a type has a name, it is
[below](#kinds), and in the client's TypeScript types. What a method needs is the [permission](access.md) that the page's origin has to have.

Every call can be refused with """

_EVENTS_HEAD = """\
What `GET /dwt/{version}/events?id=` tells of an instance, and `GET /api/events` of all instances of the caller, or of some: `?id=one&id=two`. Both are server-sent events with
an id each. `Last-Event-ID`, or `after=` in the address, takes the stream up after an event, as far as the last 500 of the service reach; a comment every 15 seconds shows that it is there.
A listener that does not read is dropped, and may come back.
"""

_TYPES_HEAD = "/** Every method of the RPC protocol; made by docs/generate.py. */\n"


def page() -> str:
    """docs/rpc.md"""
    return "\n".join(_page()) + "\n"


def types() -> str:
    """client/sheetfed/types/methods.d.ts"""
    body = "\n".join(line for method in TABLE.values() for line in _type_lines(method))
    imports = ""
    for file in TYPE_FILES:
        names = sorted(name for name in _exported(file) if re.search(rf"\b{name}\b", body))
        if names:
            imports += "\n".join(("import {", *(f"  {name}," for name in names), "")) + (
                f'}} from "./{file}.js";\n'
            )
    return f"{_TYPES_HEAD}\n{imports}\nexport interface Methods {{\n{body}\n}}\n"


def _page() -> Iterator[str]:
    yield _HEAD + f"{_codes(errors.COMMON_ERRORS)}."
    for group in GROUPS:
        yield f"\n## {group.name}"
        for method in group.methods:
            yield from _section(method)
    yield "\n## Events\n"
    yield _EVENTS_HEAD
    yield "| event | data | when |\n|---|---|---|"
    for name, schema in EVENTS.items():
        yield f"| `{name}` | {words(schema)} | {schema['description']} |"
    yield "\n## Kinds"
    for name, schema in SCHEMAS.items():
        if name != "ErrorCode":
            yield from _kind(name, schema)
    yield "\n## Errors\n"
    yield "`error` is `{code, message, details}`.\n"
    yield "What to do about each is in [web-developers.md](web-developers.md#errors).\n"
    yield "| code | HTTP | meaning |\n|---|---|---|"
    for code, kind in ERRORS.items():
        yield f"| `{code}` | {errors.STATUS[code]} | {kind.sentence} |"


def _section(method: Method) -> Iterator[str]:
    names = (f"{each.name}?" if each.is_optional else each.name for each in method.parameters)
    yield f"\n### {method.name}({', '.join(names)})\n"
    needs = "nothing" if method.needs is None else f"`{method.needs}`"
    yield f"{'*long* · ' if method.is_long else ''}{method.summary} Needs {needs}.\n"
    if method.parameters:
        yield "| parameter | is | |\n|---|---|---|"
        for each in method.parameters:
            mark = "?" if each.is_optional else ""
            yield f"| `{each.name}`{mark} | {words(each.kind.schema)} | {each.about} |"
        yield ""
    yield f"Answers `{result(method)}`" + _told_of(method) + "."
    if method.errors:
        yield f"Refused with {_codes(method.errors)}."


def _told_of(method: Method) -> str:
    """What the items of an answer are, and where their kinds are explained."""
    told = [f"`{type_of(i)}`: {i['description']}" for i in method.result if "description" in i]
    names = re.findall(r"\w+", result(method))
    kinds = [words(named(name)) for name in SCHEMAS if name in names]
    notes = [*told, f"see {', '.join(kinds)}"] if kinds else told
    return f" ({'; '.join(notes)})" if notes else ""


def _kind(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n### {name}\n"
    if "properties" not in schema:
        kinds = schema.get("anyOf", [schema])
        if len(kinds) > 4:
            yield from (f"- {words(each)}" for each in kinds)
        else:
            yield " or ".join(words(each) for each in kinds) + _about(schema)
        return
    if "description" in schema:
        yield f"{schema['description']}\n"
    yield "| member | is | |\n|---|---|---|"
    for member, each in zip(members_of(schema), schema["properties"].values(), strict=True):
        mark = "?" if member.endswith("?") else ""
        yield f"| `{member.rstrip('?')}`{mark} | {words(each)} | {each.get('description', '')} |"


def words(schema: Mapping[str, Any]) -> str:
    """What is allowed, for people."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(COMPONENTS_AT)
        return f"[{name}](#{'errors' if name == 'ErrorCode' else name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(words(each) for each in schema["anyOf"])
    if schema.get("type") in ("integer", "number"):
        name = "a whole number" if schema["type"] == "integer" else "a number"
        return name + _range(schema)
    if schema.get("type") == "string" and "contentEncoding" in schema:
        return "base64"
    if schema.get("type") == "string":
        return "a color such as `#ffffff`" if "pattern" in schema else "a text"
    if schema.get("type") == "boolean":
        return "`true` or `false`"
    if schema.get("type") == "array" and "items" in schema:
        return f"a list: {words(schema['items'])}"
    return f"`{type_of(schema)}`"


def _range(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None:
        return ""
    return f" from {low} on" if high is None else f", {low} to {high}"


def _about(schema: Mapping[str, Any]) -> str:
    return f"; {schema['description']}" if "description" in schema else ""


def _codes(codes: tuple[Any, ...]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _type_lines(method: Method) -> Iterator[str]:
    yield f"  /** {method.summary} */"
    line = f"  {method.name}({', '.join(parameters(method))}): {result(method)};"
    if len(line) <= _LINE_AT_MOST:
        yield line
        return
    yield f"  {method.name}("
    yield from (f"    {each}," for each in parameters(method))
    yield f"  ): {result(method)};"


def _exported(file: str) -> list[str]:
    text = (TYPES.parent / f"{file}.d.ts").read_text()
    return re.findall(r"^export (?:interface|type) (\w+)", text, re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(page())
    TYPES.write_text(types())
