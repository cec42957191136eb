"""Options: a scanner's options as D-Bus tells them, and what became of those that were asked."""

from collections.abc import Iterable, Mapping

from dbus_next.signature import Variant

from sheetfed.bus import errors, words
from sheetfed.core.options import (
    Constraint,
    Option,
    OptionType,
    Outcome,
    Range,
    Unit,
    is_snapped,
)


def told(option: Option) -> dict[str, Variant]:
    """Everything about it; what it has not is left out."""
    found = {
        name: words.variant("s", text)
        for name, text in (
            ("name", option.name),
            ("title", option.title),
            ("desc", option.desc),
            ("group", option.group),
        )
        if text
    }
    found |= {
        "type": Variant("s", option.type.value),
        "size": Variant("u", option.size_bytes),
    }
    if option.unit is not Unit.NONE:
        found["unit"] = Variant("s", option.unit.value)
    if option.constraint is not None:
        found["constraint"] = _constraint(option.type, option.constraint)
    if option.value is not None:
        found["value"] = words.of_option(option.value)
    flags = {
        "active": option.is_active,
        "settable": option.is_settable,
        "hard_select": option.is_set_at_device,
        "detectable": option.is_readable,
        "automatic": option.is_automatic,
        "advanced": option.is_advanced,
        "emulated": option.is_emulated,
    }
    return found | {name: Variant("b", flag) for name, flag in flags.items()}


def answered(outcomes: Iterable[Outcome], options: Iterable[Option]) -> dict[str, Variant]:
    """What became of each, by its name and in the order asked."""
    known = {option.name: option for option in options}
    return {
        outcome.name: Variant("a{sv}", _outcome(outcome, known.get(outcome.name)))
        for outcome in outcomes
    }


def _outcome(outcome: Outcome, option: Option | None) -> Mapping[str, Variant]:
    if outcome.error is not None:
        refusal = errors.translated(outcome.error)
        return {
            "ok": Variant("b", False),
            "error": Variant("s", refusal.name),
            "message": words.variant("s", refusal.text),
        }
    found = {"ok": Variant("b", True), "snapped": Variant("b", is_snapped(option, outcome))}
    if outcome.actual is not None:
        found["value"] = words.of_option(outcome.actual)
    return found


def _constraint(kind: OptionType, constraint: Constraint) -> Variant:
    signature = {OptionType.INT: "i", OptionType.FIXED: "d"}.get(kind, "s")
    if isinstance(constraint, Range):
        ends = {"min": constraint.low, "max": constraint.high, "step": constraint.step}
        number = int if kind is OptionType.INT else float
        return Variant(
            "a{sv}", {name: Variant(signature, number(end)) for name, end in ends.items()}
        )
    return words.variant(f"a{signature}", list(constraint or ()))
