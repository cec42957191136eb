"""The list of pages: arranged and removed by keyboard and by buttons."""

import pytest
from playwright.async_api import expect

from fakes.browser import Sight

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _scanned(sight: Sight, count: int) -> list[str]:
    await sight.scan(source="feeder", resolution="75", count=str(count))
    return await sight.sees_pages(count)


async def _shown(sight: Sight, addresses: list[str]) -> None:
    await sight.page.wait_for_function(
        """wanted => {
            const images = [...document.querySelectorAll('.picture')].map(image => image.src);
            return JSON.stringify(images) === JSON.stringify(wanted);
        }""",
        arg=addresses,
    )


async def test_arrows_walk_through_the_pages_and_the_tab_key_has_one_stop(sight: Sight) -> None:
    await _scanned(sight, 3)
    await sight.tile(1).focus()
    await sight.page.keyboard.press("ArrowRight")
    await expect(sight.tile(2)).to_be_focused()
    await sight.page.keyboard.press("End")
    await expect(sight.tile(3)).to_be_focused()
    await sight.page.keyboard.press("Home")
    await expect(sight.tile(1)).to_be_focused()
    stops = await sight.page.eval_on_selector_all(
        ".tile", "tiles => tiles.map(tile => tile.tabIndex)"
    )
    assert stops == [0, -1, -1]


async def test_alt_and_an_arrow_move_the_page_and_keep_it_focused(sight: Sight) -> None:
    first, second, third = await _scanned(sight, 3)
    await sight.tile(1).focus()
    await sight.page.keyboard.press("Alt+ArrowRight")
    await _shown(sight, [second, first, third])
    await expect(sight.tile(2)).to_be_focused()
    await sight.page.keyboard.press("Alt+ArrowLeft")
    await _shown(sight, [first, second, third])
    await expect(sight.tile(1)).to_be_focused()


async def test_buttons_move_and_remove_pages(sight: Sight) -> None:
    first, second = await _scanned(sight, 2)
    await sight.page.get_by_role("button", name="Move page 2 earlier").click()
    await _shown(sight, [second, first])
    await sight.page.get_by_role("button", name="Remove page 1").click()
    await _shown(sight, [first])


async def test_all_pages_are_removed_by_a_second_click_only(sight: Sight) -> None:
    await _scanned(sight, 2)
    button = sight.page.locator("#remove-all")
    await button.click()
    await expect(button).to_have_text("Really remove 2 pages?")
    await sight.page.keyboard.press("Escape")
    await expect(button).to_have_text("Remove all")
    await button.click()
    await button.click()
    await expect(sight.page.locator("#no-pages")).to_be_visible()
    await expect(sight.page.locator("#download")).to_be_disabled()
    await expect(button).to_be_hidden()


async def test_an_enlarged_page_is_walked_through_and_closed(sight: Sight) -> None:
    await _scanned(sight, 2)
    await sight.tile(1).focus()
    await sight.page.keyboard.press("Enter")
    await expect(sight.page.locator("#viewer-title")).to_have_text("Page 1 of 2")
    await sight.page.keyboard.press("ArrowRight")
    await expect(sight.page.locator("#viewer-title")).to_have_text("Page 2 of 2")
    await sight.page.keyboard.press("Escape")
    await expect(sight.page.locator("#viewer")).to_be_hidden()
    await expect(sight.tile(2)).to_be_focused()


async def test_the_narrowest_screen_needs_no_scrolling_sideways(sight: Sight) -> None:
    await _scanned(sight, 2)
    await sight.page.set_viewport_size({"width": 360, "height": 640})
    assert await sight.page.evaluate("document.documentElement.scrollWidth") == 360
