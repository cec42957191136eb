"""JSON Schema as TypeScript types."""

import json
from collections.abc import Mapping
from typing import Any

from sheetfed.web.method import Method
from sheetfed.web.schemas import COMPONENTS_AT

Schema = Mapping[str, Any]
_SIMPLE = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def type_of(schema: Schema) -> str:
    """The type of what this schema allows, on one line."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(COMPONENTS_AT)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        kinds = [type_of(each) for each in schema["anyOf"]]
        return " | ".join(kind for kind in kinds if "number" not in kinds or not _is_digits(kind))
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object":
        return _object(schema)
    return _SIMPLE.get(schema.get("type", ""), "unknown")


def members_of(schema: Schema) -> dict[str, str]:
    """An object's members, with a ? where they may be missing, and their types."""
    needed = schema.get("required", ())
    return {
        name if name in needed else f"{name}?": type_of(each)
        for name, each in schema["properties"].items()
    }


def parameters(method: Method) -> list[str]:
    """Each of the method's parameters with its type."""
    return [
        f"{each.name}?: {type_of(each.kind.schema)} | null"
        if each.is_optional
        else f"{each.name}: {type_of(each.kind.schema)}"
        for each in method.parameters
    ]


def result(method: Method) -> str:
    """The type of the answer's list."""
    return f"[{', '.join(type_of(item) for item in method.result)}]"


def _is_digits(kind: str) -> bool:
    """A number of its own, which `number` says already."""
    return kind.removeprefix("-").isdigit()


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(type_of(item) for item in schema['prefixItems'])}]"
    item = type_of(schema.get("items", {}))
    return f"({item})[]" if " | " in item else f"{item}[]"


def _object(schema: Schema) -> str:
    if "properties" in schema:
        inner = "; ".join(f"{name}: {kind}" for name, kind in members_of(schema).items())
        return f"{{ {inner} }}" if inner else "{}"
    return f"Record<string, {type_of(schema['additionalProperties'])}>"
