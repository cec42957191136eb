"""What an RPC answer has to be by the table's description of its method."""

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from sheetfed.web import methods
from sheetfed.web.errors import COMMON_ERRORS
from sheetfed.web.schemas import TRUE, Schema, row, text
from sheetfed.web.vocabulary import EVENTS, SCHEMAS


def check_answer(method: str, body: dict[str, Any], *, at_once: bool = False) -> None:
    """`at_once`: it was asked for at /fa/. Methods that are not there are not described."""
    if method not in methods.TABLE:
        return
    described = methods.TABLE[method]
    error = body.get("error")
    if error is not None:
        codes = {str(code) for code in (*described.errors, *COMMON_ERRORS)}
        assert error["code"] in codes, f"{method} is not said to answer {error}"
        _ERROR.validate(error)
    elif at_once and described.is_long:
        _ACCEPTED.validate(body["result"])
    else:
        _RESULTS[method].validate(body["result"])


def check_event(name: str, data: dict[str, Any]) -> None:
    """An event is what it is described as."""
    _EVENTS[name].validate(data)


def validator(schema: Schema) -> Validator:
    """For a schema that may name others of the vocabulary."""
    return Draft202012Validator({**schema, "components": {"schemas": SCHEMAS}})


_ERROR = validator(SCHEMAS["Failure"])
_RESULTS = {name: validator(row(*method.result)) for name, method in methods.TABLE.items()}
_ACCEPTED = validator(row(TRUE, text()))
_EVENTS = {name: validator(schema) for name, schema in EVENTS.items()}
