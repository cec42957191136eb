"""Option views: a scanner's options, and what became of those that were set, as RPC words."""

from collections.abc import Iterable

from sheetfed.core.model import OptionValue
from sheetfed.core.options import Constraint, Option, Outcome, Range, is_snapped
from sheetfed.web import errors


def option_view(option: Option) -> dict[str, object]:
    """`size` is the value's in bytes; `value` is null where there is none to read."""
    return {
        "name": option.name,
        "title": option.title,
        "desc": option.desc,
        "group": option.group,
        "type": str(option.type),
        "unit": str(option.unit),
        "size": option.size_bytes,
        "constraint": _constraint(option.constraint),
        "value": _value(option.value),
        "active": option.is_active,
        "settable": option.is_settable,
        "automatic": option.is_automatic,
        "advanced": option.is_advanced,
        "hard_select": option.is_set_at_device,
        "detectable": option.is_readable,
        "emulated": option.is_emulated,
    }


def outcomes_view(outcomes: Iterable[Outcome], now: Iterable[Option]) -> dict[str, object]:
    """By option, in the order asked: its value now, or why it was not set."""
    options = {option.name: option for option in now}
    return {outcome.name: _outcome(outcome, options.get(outcome.name)) for outcome in outcomes}


def _outcome(outcome: Outcome, option: Option | None) -> dict[str, object]:
    if outcome.error is not None:
        return {"ok": False, "error": errors.words(outcome.error)}
    found: dict[str, object] = {"ok": True, "value": _value(outcome.actual)}
    return {**found, "snapped": True} if is_snapped(option, outcome) else found


def _value(value: OptionValue | None) -> object:
    return list(value) if isinstance(value, tuple) else value


def _constraint(constraint: Constraint) -> object:
    match constraint:
        case None:
            return None
        case Range(low, high, step):
            return {"min": low, "max": high, "step": step}
        case choices:
            return list(choices)
