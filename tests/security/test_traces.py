"""Traces: what names a page is in no journal line, no address that others see, and no cache."""

from collections.abc import Iterator

import pytest

from fakes.attacked import GRANTED, Target, attacked

SECRET = "correct-horse"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One that writes down all it can."""
    folder = tmp_path_factory.mktemp("target")
    with attacked(folder, config='log.level = "debug"\n') as target:
        yield target


def scanned(target: Target, instance: str = "instance-of-somebody", **headers: str) -> list[str]:
    """What names its pages and its job."""
    settings = {"paper_source": "feeder", "pages": 2}
    _, _, job = target.result("AcquireImage", settings, instance=instance, **headers)
    pages = [
        target.result("IndexToImageID", index, instance=instance, **headers)[0]
        for index in range(2)
    ]
    return [*pages, job]


def test_the_journal_names_no_page_no_instance_and_no_password(target: Target) -> None:
    instance = "instance-of-somebody"
    for headers in ({}, {"Origin": GRANTED}):
        *pages, _ = scanned(target, **headers)
        for path in (
            f"/dwt/dwt_1/img?pageid={pages[0]}&width=20",
            f"/dwt/dwt_1/img?pageid={pages[0]}&type=nonsense",
            f"/dwt/dwt_1/doc?id={instance}&type=pdf&password={SECRET}",
            f"/dwt/dwt_1/doc?id={instance}&type=pdf&password={SECRET}&quality=nonsense",
        ):
            target.ask("GET", path, **headers)
        target.ask("POST", f"/dwt/dwt_1/load?id={instance}", b"no picture", **headers)
        for call in (("Rotate", 0, 90), ("Crop", 0, 9, 9, 1, 1), ("RemoveImage", 0)):
            target.call(*call, instance=instance, **headers)
        target.call("RemoveAllImages", instance=instance, **headers)
        log = target.log()
        assert " job=" in log
        for secret in (*pages, instance, SECRET, "pageid"):
            assert secret not in log


def test_what_is_refused_leaves_nothing_of_its_own_words_in_the_journal(target: Target) -> None:
    words = "injected\r\nNov 26 09:00:00 host sheetfed[1]: allowed"
    spelled = words.encode().hex()
    for path in (f"/{spelled}", f"/f/{spelled}", f"/fa/VersionInfo?{spelled}"):
        target.ask("GET", path, Origin=f"https://{spelled}.example", User_Agent=spelled)
        target.ask("GET", path, Host=spelled, Referer=spelled, Cookie=spelled)
    target.exchange(f"GET /{spelled}\0 HTTP/1.1\r\nHost: {spelled}\r\n\r\n".encode())
    assert spelled not in target.log()


def test_no_address_that_is_told_names_an_instance_or_a_user(target: Target) -> None:
    scanned(target)
    (info,) = target.result("GetImageInfo", 0, instance="instance-of-somebody")
    assert "pageid=" in info["url"]
    assert "instance-of-somebody" not in info["url"]


@pytest.mark.parametrize("path", ["img?id={id}&index=0", "doc?id={id}", "img?pageid={page}"])
def test_no_cache_on_the_way_keeps_a_page(target: Target, path: str) -> None:
    page, *_ = scanned(target)
    address = path.format(id="instance-of-somebody", page=page)
    answered = target.ask("GET", f"/dwt/dwt_1/{address}")
    assert answered.status == 200
    assert {"private", "no-store"} & set(answered.headers["cache-control"].split(", "))
    assert answered.headers["vary"] == "Origin"


def test_no_answer_says_more_of_the_service_than_its_name(target: Target) -> None:
    for answered in (
        target.ask("GET", "/"),
        target.ask("GET", "/nothing"),
        target.ask("GET", "/fa/VersionInfo", Host="evil.example"),
        target.ask("POST", "/f/GetDevices", b"{"),
    ):
        assert answered.headers["server"] == "sheetfed"
        assert "x-powered-by" not in answered.headers
        for word in (b"aiohttp", b"Python", b"Traceback", str(target.folder).encode()):
            assert word not in answered.body
