"""Until: when something is to end, as people say it."""

import re
import time
from datetime import datetime, timedelta
from typing import Final

import click

_SECONDS: Final = {"m": 60, "h": 3600, "d": 86400}
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def until(text: str) -> int:
    """Seconds since the epoch; a day ends at its local midnight. Raises click.BadParameter."""
    found = re.fullmatch(r"(\d{1,6})([mhd])", text)
    if found is not None:
        return int(time.time()) + int(found[1]) * _SECONDS[found[2]]
    try:
        when = datetime.fromisoformat(text)
        if _DAY.fullmatch(text):
            when += timedelta(days=1)
        seconds = int(when.timestamp())
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{text} is no time: say how long (90m, 12h, 30d), the last day (2027-01-31)"
            " or when (2027-01-31T18:00)"
        ) from error
    if seconds <= time.time():
        raise click.BadParameter(f"{text} has passed")
    return seconds
