"""Scanning with the page: what a person clicks and sees."""

import asyncio
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.async_api import Browser, Route, expect

from fakes.browser import Sight
from fakes.daemon import Daemon, running_daemon

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _count_of_pdf_pages(file: Path) -> int:
    with pikepdf.open(file) as pdf:
        return len(pdf.pages)


async def test_two_scanned_pages_appear_one_is_removed_by_keyboard_and_the_pdf_has_the_other(
    sight: Sight, tmp_path: Path
) -> None:
    await sight.scan(source="feeder", resolution="75", count="2")
    _, second = await sight.sees_pages(2)
    await sight.tile(1).focus()
    await sight.page.keyboard.press("Delete")
    assert await sight.sees_pages(1) == [second]
    await expect(sight.tile(1)).to_be_focused()
    async with sight.page.expect_download() as downloading:
        await sight.page.click("#download")
    download = await downloading.value
    assert download.suggested_filename.startswith("scan-")
    await download.save_as(tmp_path / "scan.pdf")
    assert await asyncio.to_thread(_count_of_pdf_pages, tmp_path / "scan.pdf") == 1


async def test_a_reloaded_page_finds_its_pages_and_settings_again(sight: Sight) -> None:
    await sight.scan(source="feeder", mode="gray", resolution="75", count="2")
    before = await sight.sees_pages(2)
    await sight.open()
    assert await sight.sees_pages(2) == before
    await expect(sight.page.locator("#mode")).to_have_value("gray")
    await expect(sight.page.locator("#source")).to_have_value("feeder")


async def test_a_scan_that_is_under_way_is_taken_up_after_a_reload(sight: Sight) -> None:
    await sight.choose(source="feeder", resolution="75", count="12")
    await sight.page.click("#scan")
    await sight.page.wait_for_selector("#pause[open]")
    await sight.page.reload()
    await sight.page.wait_for_selector("#pause[open]")
    await sight.page.click("#pause-finish")
    await sight.page.wait_for_selector("#scan:enabled")
    await sight.sees_pages(10)


async def test_a_paused_scan_says_why_and_finishes_with_the_pages_it_has(sight: Sight) -> None:
    await sight.choose(source="feeder", resolution="75", count="12")
    await sight.page.click("#scan")
    await expect(sight.page.locator("#pause-title")).to_have_text("The feeder is empty")
    await expect(sight.page.locator("#pause-kept")).to_have_text("10 pages are scanned and kept.")
    await expect(sight.page.locator("#pause-resume")).to_be_focused()
    await sight.page.keyboard.press("Escape")
    await expect(sight.page.locator("#pause")).to_be_visible()
    await sight.page.click("#pause-finish")
    await sight.page.wait_for_selector("#scan:enabled")
    await expect(sight.page.locator("#notice")).to_be_hidden()
    await sight.sees_pages(10)


async def test_a_paused_scan_goes_on(sight: Sight) -> None:
    await sight.choose(source="feeder", resolution="75", count="12")
    await sight.page.click("#scan")
    await sight.page.click("#pause-resume")
    await sight.page.wait_for_selector("#scan:enabled")
    await sight.sees_pages(12)


async def test_a_paused_scan_is_canceled_and_its_pages_stay(sight: Sight) -> None:
    await sight.choose(source="feeder", resolution="75", count="12")
    await sight.page.click("#scan")
    await sight.page.click("#pause-cancel")
    await sight.page.wait_for_selector("#scan:enabled")
    await sight.sees_pages(10)


async def test_a_scan_is_canceled_by_its_button(sight: Sight) -> None:
    await sight.choose(source="feeder", mode="color", resolution="1200")
    await sight.page.click("#scan")
    await sight.page.click("#cancel")
    await sight.page.wait_for_selector("#scan:enabled")
    await expect(sight.page.locator("#announcer")).to_have_text("The scan was canceled")


async def test_what_is_to_be_done_after_scanning_is_asked_for_and_remembered(sight: Sight) -> None:
    asked: list[Any] = []
    sight.page.on(
        "request", lambda each: "AcquireImage" in each.url and asked.append(each.post_data_json)
    )
    await sight.page.get_by_label("Straighten").check()
    await sight.scan(source="feeder", resolution="75", count="1")
    ((settings,),) = (call["parameter"] for call in asked)
    assert (settings["deskew"], settings["discard_blank"], settings["auto_crop"]) == (
        True,
        False,
        False,
    )
    await sight.open()
    await expect(sight.page.get_by_label("Straighten")).to_be_checked()
    await expect(sight.page.get_by_label("Drop blank pages")).not_to_be_checked()


async def test_another_tab_shows_the_same_pages_and_scan(sight: Sight, daemon: Daemon) -> None:
    other = Sight(await sight.page.context.new_page(), home=daemon.base)
    await other.open()
    await sight.choose(source="feeder", resolution="75", count="12")
    await sight.page.click("#scan")
    await other.page.wait_for_selector("#pause[open]")
    await other.page.click("#pause-finish")
    await sight.page.wait_for_selector("#scan:enabled")
    await sight.sees_pages(10)
    await other.sees_pages(10)
    assert other.complaints == []


async def test_a_scanner_whose_driver_cannot_be_asked_is_not_offered(sight: Sight) -> None:
    async def one_is_away(route: Route) -> None:
        answer = await route.fetch()
        body = await answer.json()
        body["result"][0][0]["available"] = False
        await route.fulfill(response=answer, json=body)

    await expect(sight.page.locator("#scanner option")).to_have_count(2)
    await sight.page.route("**/f/GetDevices", one_is_away)
    await sight.open()
    await expect(sight.page.locator("#scanner option")).to_have_count(1)


async def test_without_a_scanner_the_page_says_where_to_look(
    tmp_path: Path, chromium: Browser
) -> None:
    (tmp_path / "dll.conf").touch()
    (tmp_path / "conf.d").mkdir()
    none = f'scanners.virtual = false\nscanners.sane_config_dir = "{tmp_path}"\n'
    (tmp_path / "conf.d" / "none.toml").write_text(none)
    async with running_daemon(tmp_path) as daemon, await chromium.new_context() as context:
        sight = Sight(await context.new_page(), home=daemon.base)
        await sight.page.goto(daemon.base)
        await expect(sight.page.locator("#no-scanner")).to_be_visible()
        await expect(sight.page.locator("#scan")).to_be_hidden()
        await sight.page.click("#look-again")
        await expect(sight.page.locator("#look-again")).to_have_text("Look again")
        assert sight.complaints == []
