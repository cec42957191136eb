"""Job words: what a caller asks of a job, as settings of a scan."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sheetfed.core import settings
from sheetfed.core.model import OptionAsked, ScanSettings
from sheetfed.core.settings import IGNORED_AT_MOST, invalid, number, options_asked
from sheetfed.web import words
from sheetfed.web.parameters import flag, text
from sheetfed.web.rest import capwords

TIMEOUT_AT_MOST_S: Final = 24 * 3600.0
SETTINGS_AT_MOST: Final = 1 << 20
_KNOWN: Final = frozenset(
    (
        "autoRun",
        "device",
        "name",
        "config",
        "caps",
        "settings",
        "jobTimeout",
        "scannerFailureTimeout",
        "checkFeederLoaded",
    )
)
_OF_LICENCES: Final = ("license", "licenseKey", "productKey")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job that begins at once, or one that holds its scanner and waits for so long at most;
    None: as long as every lease may last."""

    settings: ScanSettings
    begins: bool
    limit_s: float | None


def parse(body: Mapping[str, object]) -> Wanted:
    """Raises InvalidParameter. What means nothing here is listed in the settings' `ignored`."""
    given = {name: value for name, value in body.items() if value is not None}
    begins = flag("autoRun", given.get("autoRun", True))
    by_number, passed_over = capwords.settings(given.get("caps"))
    config = given.get("config", {})
    if not isinstance(config, Mapping):
        raise invalid("config", "an object of settings")
    last = {**config, **_scanner(given), **_waits(given)}
    asked = settings.parse({**words.ours(by_number), **words.ours(last)})
    limit_s = number("jobTimeout", given.get("jobTimeout", 0), 0, TIMEOUT_AT_MOST_S)
    others = sorted(name[:64] for name in given if name not in (*_KNOWN, *_OF_LICENCES))
    ignored = (*asked.ignored, *passed_over, *others, *_without_use(given, begins=begins))
    return Wanted(
        settings=replace(asked, lease_options=_options(given), ignored=ignored[:IGNORED_AT_MOST]),
        begins=begins,
        limit_s=limit_s or None,
    )


def _scanner(given: Mapping[str, object]) -> dict[str, object]:
    """By `device`; clients that only know its name say that."""
    for member in ("device", "name"):
        if given.get(member, "") != "":
            return {"scanner": text(member, given[member])}
    return {}


def _waits(given: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    if "checkFeederLoaded" in given:
        found["checkFeederLoaded"] = flag("checkFeederLoaded", given["checkFeederLoaded"])
    if "scannerFailureTimeout" in given:
        found["silence_timeout_s"] = given["scannerFailureTimeout"]
    return found


def _without_use(given: Mapping[str, object], *, begins: bool) -> tuple[str, ...]:
    """A job that begins at once is over when it is over."""
    return ("jobTimeout",) if begins and given.get("jobTimeout") else ()


def _options(given: Mapping[str, object]) -> Mapping[str, OptionAsked]:
    """What `scanner/settings` has answered; it comes before everything else."""
    if "settings" not in given:
        return {}
    coded = given["settings"]
    if not isinstance(coded, str) or len(coded) > SETTINGS_AT_MOST:
        raise invalid("settings", "what scanner/settings answers")
    try:
        options = json.loads(base64.b64decode(coded, validate=True)) if coded else {}
    except (ValueError, binascii.Error, RecursionError):
        raise invalid("settings", "what scanner/settings answers") from None
    return options_asked("settings", options)


def coded(options: Mapping[str, object]) -> str:
    """The values of options, as `settings` takes them."""
    return base64.b64encode(json.dumps(options).encode()).decode()
