"""Every kind of option, set and read back over HTTP on the virtual scanner's test options."""

from typing import Any

from fakes.daemon import Daemon

Told = dict[str, Any]


async def _enabled(daemon: Daemon) -> dict[str, Told]:
    """The test options by name; there are some of every type and constraint."""
    _, options = await daemon.result("SetOptions", {"enable-test-options": True})
    return {
        option["name"]: option
        for option in options
        if option["group"].endswith(" test options") and option["type"] != "group"
    }


def _another(option: Told) -> Any:
    """A value that the option takes and has not."""
    if option["type"] == "button":
        return True
    if option["automatic"]:
        return {"automatic": True}
    if isinstance(option["value"], list):
        return option["value"][::-1]
    match option["constraint"]:
        case {"min": low, "step": step}:
            return low + 3 * step
        case [*choices]:
            return next(choice for choice in choices if choice != option["value"])
    words = {"bool": not option["value"], "int": -7, "fixed": -0.5, "string": "Grüße"}
    return words[option["type"]]


async def test_every_kind_of_option_is_set_and_read_back(daemon: Daemon) -> None:
    options = await _enabled(daemon)
    asked = {name: _another(option) for name, option in options.items() if option["settable"]}
    kinds = {(options[name]["type"], type(options[name]["constraint"])) for name in asked}
    assert kinds >= {
        *(("bool", type(None)), ("string", type(None)), ("string", list), ("button", type(None))),
        *((kind, constraint) for kind in ("int", "fixed") for constraint in (dict, list)),
    }
    outcomes, fresh = await daemon.result("SetOptions", asked)
    assert list(outcomes) == list(asked)
    assert [name for name, outcome in outcomes.items() if not outcome["ok"]] == []
    (read,) = await daemon.result("GetOptions")
    assert read == fresh
    values = {option["name"]: option["value"] for option in read}
    exact = [name for name, outcome in outcomes.items() if "snapped" not in outcome]
    assert set(asked) - set(exact) == {"int-inexact"}
    for name in exact:
        assert outcomes[name]["value"] == values[name] or options[name]["type"] == "button"
        if options[name]["type"] != "button" and not options[name]["automatic"]:
            assert values[name] == asked[name], name


async def test_a_value_that_an_option_does_not_take_is_snapped_or_refused(daemon: Daemon) -> None:
    await _enabled(daemon)
    outcomes, options = await daemon.result(
        "SetOptions",
        {
            "int-constraint-range": 1000,
            "int-constraint-word-list": 50,
            "int-constraint-array-constraint-range": [5, 300, 4, 4, 4, 4],
            "fixed-constraint-word-list": 12,
            "string-constraint-string-list": "no such entry",
            "int-constraint-array": [1, 2, 3],
            "bool-soft-select-soft-detect": "yes",
            "int": {"automatic": True},
            "bool-hard-select": True,
            "no-such-option": 1,
        },
    )
    values = {option["name"]: option["value"] for option in options}
    for name, actual in (
        ("int-constraint-range", 192),
        ("int-constraint-word-list", 42),
        ("int-constraint-array-constraint-range", [4, 192, 4, 4, 4, 4]),
    ):
        assert outcomes[name] == {"ok": True, "value": actual, "snapped": True}, name
        assert values[name] == actual
    assert outcomes["fixed-constraint-word-list"]["snapped"] is True
    assert abs(values["fixed-constraint-word-list"] - 12.1) < 0.001
    refused = {name for name, outcome in outcomes.items() if not outcome["ok"]}
    assert refused == {
        "string-constraint-string-list",
        "int-constraint-array",
        "bool-soft-select-soft-detect",
        "int",
        "bool-hard-select",
        "no-such-option",
    }
    for name in refused:
        assert outcomes[name]["error"]["code"] == "invalid-parameter", name
        assert outcomes[name]["error"]["details"]["name"] == name


async def test_what_was_set_holds_for_scans_until_the_scanner_is_closed(daemon: Daemon) -> None:
    gamma = list(range(255, -1, -1))
    options = await _enabled(daemon)
    assert len(options["red-gamma-table"]["value"]) == len(gamma)
    wanted = {"resolution": 60, "mode": "Gray", "depth": 16, "red-gamma-table": gamma}
    outcomes, _ = await daemon.result("SetOptions", wanted)
    assert all(outcome["ok"] for outcome in outcomes.values())
    for settings, expected in (({}, (60, 16)), ({"resolution": 80, "depth": 8}, (80, 8))):
        _, (index,), _ = await daemon.result("AcquireImage", settings)
        (page,) = await daemon.result("GetImageInfo", index)
        assert (page["x_dpi"], page["bit_depth"]) == expected
    (read,) = await daemon.result("GetOptions")
    assert {option["name"]: option["value"] for option in read}["red-gamma-table"] == gamma
    await daemon.result("CloseSource")
    (read,) = await daemon.result("GetOptions")
    values = {option["name"]: option["value"] for option in read}
    assert values["enable-test-options"] is False
    assert values["red-gamma-table"] != gamma


async def test_a_feeder_of_an_opened_scanner_is_scanned_twice_into_one_buffer(
    daemon: Daemon,
) -> None:
    await daemon.result("OpenSource")
    for _ in range(2):
        await daemon.result("AcquireImage", {"IfFeederEnabled": True, "Resolution": 30})
    assert await daemon.result("HowManyImagesInBuffer") == [20]
    ((first, second),) = await daemon.result("GetDevices")
    assert (first["busy"], second["busy"]) == (True, False)
    await daemon.result("CloseSource")
    ((first, _),) = await daemon.result("GetDevices")
    assert first["busy"] is False
