"""Whatever is sent, it is read or refused; nothing else comes of it."""

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from multidict import CIMultiDict

from sheetfed.core.errors import InvalidParameter
from sheetfed.web import ranges, splitwords
from sheetfed.web.rest import capwords, jobwords, pagesources
from sheetfed.web.twain import CAPS

UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLAIN = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9)
JSON = some.recursive(
    PLAIN,
    lambda inner: (
        some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
NUMBERS = some.sampled_from([int(cap) for cap in CAPS]) | some.integers() | JSON
ROWS = some.fixed_dictionaries(
    {"capability": NUMBERS}, optional={"curValue": JSON, "exception": JSON}
)


@UNHURRIED
@given(
    some.fixed_dictionaries(
        {},
        optional={
            "autoRun": JSON,
            "device": JSON,
            "config": some.dictionaries(
                some.sampled_from(["PixelType", "Area", "XferCount"]), JSON
            ),
            "caps": some.fixed_dictionaries(
                {}, optional={"capabilities": some.lists(ROWS, max_size=3), "exception": JSON}
            ),
            "settings": JSON,
            "jobTimeout": JSON,
            "checkFeederLoaded": JSON,
            "scannerFailureTimeout": JSON,
        },
    )
)
def test_any_job_is_read_or_refused(body: dict[str, object]) -> None:
    with suppress(InvalidParameter):
        wanted = jobwords.parse(body)
        assert wanted.limit_s is None or 0 < wanted.limit_s <= jobwords.TIMEOUT_AT_MOST_S


@UNHURRIED
@given(some.lists(ROWS, max_size=3))
def test_capabilities_that_are_passed_over_are_refused_when_they_are_to_fail(
    rows: list[dict[str, object]],
) -> None:
    plain = [{**row, "exception": None} for row in rows]
    with suppress(InvalidParameter):
        _, ignored = capwords.settings({"capabilities": plain})
        try:
            capwords.settings({"capabilities": plain, "exception": "fail"})
        except InvalidParameter:
            assert ignored
        else:
            assert not ignored


@UNHURRIED
@given(JSON)
def test_any_rule_is_read_or_refused(rule: object) -> None:
    with suppress(InvalidParameter):
        splitwords.read("rule", rule)


@UNHURRIED
@given(
    some.text(max_size=40) | some.from_regex(r"bytes=\d{0,25}-\d{0,25}", fullmatch=True),
    some.integers(min_value=1, max_value=1 << 40),
)
def test_any_range_is_a_part_of_the_file_or_all_of_it(header: str, size_bytes: int) -> None:
    request: Any = SimpleNamespace(headers=CIMultiDict({"Range": header}))
    with suppress(ranges.Unsatisfiable):
        span = ranges.span(request, size_bytes=size_bytes, etag='"x"')
        assert span is None or 0 <= span.first <= span.last < size_bytes


@UNHURRIED
@given(JSON | some.from_regex(r"https?://[\w.:\[\]@-]{0,30}/dwt/dwt_1/img\?\w*=.*"))
def test_any_source_names_a_page_or_is_refused(source: object) -> None:
    with suppress(InvalidParameter):
        assert isinstance(pagesources.page_id(source, "http://127.0.0.1:18622"), str)
