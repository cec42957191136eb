"""What can be done to the selected page, and files that come in and go out."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Page, expect

from fakes.browser import Sight
from fakes.daemon import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="module")


def picture(kind: str = "PNG", *, width: int = 200, height: int = 300, turned: float = 0) -> bytes:
    """Lines of text on a sheet, on a dark lid where it is turned."""
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    for top in range(20, height - 20, 14):
        draw.rectangle((20, top, width - 20, top + 6), fill="black")
    sheet = sheet.rotate(turned, expand=True, fillcolor=(40, 40, 40))
    content = io.BytesIO()
    sheet.save(content, kind, dpi=(72, 72))
    return content.getvalue()


async def added(sight: Sight, count: int, **look: Any) -> None:
    """Add so many pages, each of another width."""
    before = await sight.page.locator(".tile").count()
    files: list[Any] = [
        {
            "name": f"{number}.png",
            "mimeType": "image/png",
            "buffer": picture(**{"width": 200 + 10 * (before + number), **look}),
        }
        for number in range(count)
    ]
    await sight.page.set_input_files("#files", files)
    await sight.sees_pages(before + count)


async def infos(daemon: Daemon, page: Page) -> list[dict[str, Any]]:
    """What the service says of the page's pages."""
    instance = await page.evaluate('localStorage.getItem("sheetfed.instance")')
    (count,) = await daemon.result("HowManyImagesInBuffer", instance=instance)
    found = [
        await daemon.result("GetImageInfo", index, instance=instance) for index in range(count)
    ]
    return [info for (info,) in found]


async def turned(sight: Sight, number: int, *, is_wide: bool) -> None:
    """Wait until a page's picture lies or stands."""
    await sight.page.wait_for_function(
        """([number, isWide]) => {
            const { naturalWidth: width, naturalHeight: height } =
                document.querySelectorAll(".picture")[number - 1];
            return width > 0 && (width > height) === isWide;
        }""",
        arg=[number, is_wide],
    )


async def test_the_selected_page_is_turned_by_its_button_and_it_is_undone(sight: Sight) -> None:
    await added(sight, 2)
    await expect(sight.page.locator("#tools-page")).to_have_text("Page 1")
    await sight.tile(2).focus()
    await expect(sight.page.locator("#tools-page")).to_have_text("Page 2")
    undo, redo = (sight.page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    await expect(undo).to_be_disabled()
    await sight.page.get_by_role("button", name="Rotate left").click()
    await turned(sight, 2, is_wide=True)
    await turned(sight, 1, is_wide=False)
    await expect(undo).to_be_enabled()
    await undo.click()
    await turned(sight, 2, is_wide=False)
    await expect(redo).to_be_enabled()
    await redo.click()
    await turned(sight, 2, is_wide=True)


async def test_the_selected_page_is_turned_and_undone_by_keys(sight: Sight) -> None:
    await added(sight, 1)
    await sight.tile(1).focus()
    await sight.page.keyboard.press("r")
    await turned(sight, 1, is_wide=True)
    await sight.page.keyboard.press("l")
    await turned(sight, 1, is_wide=False)
    await sight.page.keyboard.press("Control+z")
    await turned(sight, 1, is_wide=True)
    await sight.page.keyboard.press("Control+Shift+Z")
    await turned(sight, 1, is_wide=False)
    await expect(sight.tile(1)).to_be_focused()


async def test_a_page_is_straightened_and_a_straight_one_is_said_to_be(
    sight: Sight, daemon: Daemon
) -> None:
    await added(sight, 1, turned=5, width=600, height=800)
    await sight.page.get_by_role("button", name="Straighten").click()
    await expect(sight.page.get_by_role("button", name="Undo")).to_be_enabled()
    (info,) = await infos(daemon, sight.page)
    assert [edit["op"] for edit in info["edits"]] == ["rotate"]
    assert abs(info["edits"][0]["degrees"] - 5) < 0.3
    await added(sight, 1, width=600, height=800)
    await sight.tile(2).focus()
    await sight.page.get_by_role("button", name="Straighten").click()
    await expect(sight.page.locator("#tools-said")).to_have_text("The page is straight.")


async def test_the_tools_are_one_stop_of_the_tab_key_and_arrows_go_on(sight: Sight) -> None:
    await added(sight, 1)
    tools = sight.page.locator("#tools button")
    assert (
        await tools.evaluate_all("tools => tools.filter(tool => tool.tabIndex === 0).length") == 1
    )
    await tools.nth(0).focus()
    await sight.page.keyboard.press("ArrowRight")
    await expect(tools.nth(1)).to_be_focused()
    await sight.page.keyboard.press("End")
    await expect(tools.last).to_be_focused()
    await sight.page.keyboard.press("Enter")
    await expect(sight.page.locator("#no-pages")).to_be_visible()
    await expect(sight.page.locator("#tools")).to_be_hidden()


async def test_more_is_a_menu_that_keys_walk_through(sight: Sight, daemon: Daemon) -> None:
    await added(sight, 1)
    more = sight.page.get_by_role("button", name="More")
    menu = sight.page.get_by_role("menu")
    await more.focus()
    await sight.page.keyboard.press("ArrowDown")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    await sight.page.keyboard.press("ArrowUp")
    await expect(menu.get_by_role("menuitem").last).to_be_focused()
    await sight.page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(more).to_be_focused()
    await expect(more).to_have_attribute("aria-expanded", "false")
    for name in ("Mirror", "Make gray", "Invert", "Brighter"):
        await more.click()
        await menu.get_by_role("menuitem", name=name).click()
        await expect(menu).to_be_hidden()
        await expect(sight.page.locator("#tools")).not_to_have_attribute("aria-busy", "true")
    (info,) = await infos(daemon, sight.page)
    assert [edit["op"] for edit in info["edits"]] == ["mirror", "gray", "invert", "brightness"]


async def test_a_click_elsewhere_closes_the_menu(sight: Sight) -> None:
    await added(sight, 1)
    await sight.page.get_by_role("button", name="More").click()
    await sight.page.locator("#pages-heading").click()
    await expect(sight.page.get_by_role("menu")).to_be_hidden()


async def test_a_page_is_dragged_to_another_place(sight: Sight, daemon: Daemon) -> None:
    await added(sight, 3)
    mouse = sight.page.mouse
    start = await sight.tile(1).locator(".picture").bounding_box()
    end = await sight.tile(3).bounding_box()
    assert start is not None
    assert end is not None
    await mouse.move(start["x"] + 5, start["y"] + 5)
    await mouse.down()
    await mouse.move(end["x"] + end["width"] - 10, end["y"] + 40, steps=4)
    await expect(sight.page.locator(".gap-after")).to_have_count(1)
    await mouse.up()
    await expect(sight.page.locator("#announcer")).to_have_text("Now page 3 of 3")
    await expect(sight.page.locator("#viewer")).to_be_hidden()
    assert [info["width"] for info in await infos(daemon, sight.page)] == [210, 220, 200]


async def test_escape_puts_a_dragged_page_back(sight: Sight, daemon: Daemon) -> None:
    await added(sight, 2)
    mouse = sight.page.mouse
    start = await sight.tile(1).bounding_box()
    assert start is not None
    await mouse.move(start["x"] + 30, start["y"] + 30)
    await mouse.down()
    await mouse.move(start["x"] + 330, start["y"] + 30, steps=3)
    await expect(sight.page.locator(".taken")).to_have_count(1)
    await sight.page.keyboard.press("Escape")
    await mouse.up()
    await expect(sight.page.locator(".taken")).to_have_count(0)
    assert [info["width"] for info in await infos(daemon, sight.page)] == [200, 210]


async def test_a_file_that_is_dropped_is_added(sight: Sight) -> None:
    content = list(await asyncio.to_thread(picture))
    await sight.page.evaluate(
        """content => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(content)], "page.png"));
            const target = document.getElementById("document");
            for (const kind of ["dragover", "drop"]) {
                target.dispatchEvent(new DragEvent(kind, { dataTransfer, cancelable: true }));
            }
        }""",
        content,
    )
    await sight.sees_pages(1)
    await expect(sight.page.locator("#announcer")).to_have_text("One page is added")


async def test_a_file_of_another_kind_is_refused_with_what_can_be_added(sight: Sight) -> None:
    files: list[Any] = [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"}]
    await sight.page.set_input_files("#files", files)
    notice = sight.page.locator("#notice")
    await expect(notice).to_be_visible()
    await expect(notice).to_contain_text("This kind of file cannot be added")
    assert all("415" in complaint for complaint in sight.complaints)
    sight.complaints.clear()


@pytest.mark.parametrize(
    ("format_", "name", "pages"),
    [("pdf", ".pdf", 2), ("tiff", ".tiff", 2), ("jpeg", ".jpg", 1), ("png", ".png", 1)],
)
async def test_pages_are_saved_as_a_file_of_the_chosen_format(
    sight: Sight, tmp_path: Path, format_: str, name: str, pages: int
) -> None:
    await added(sight, 2)
    await sight.tile(2).focus()
    await sight.page.click("#save-as")
    await sight.page.select_option("#format", format_)
    is_one = pages == 1
    await expect(sight.page.locator("#which")).to_be_enabled(enabled=not is_one)
    async with sight.page.expect_download() as downloading:
        await sight.page.locator("#save").press("Enter")
    download = await downloading.value
    assert download.suggested_filename.endswith(name)
    path = tmp_path / download.suggested_filename
    await download.save_as(path)
    await expect(sight.page.locator("#saving")).to_be_hidden()

    def widths() -> list[int]:
        if format_ == "pdf":
            with pikepdf.open(path) as pdf:
                return [round(float(page.mediabox[2])) for page in pdf.pages]
        with Image.open(path) as image:
            frames = getattr(image, "n_frames", 1)
            return [(image.seek(number), image.width)[1] for number in range(frames)]

    assert await asyncio.to_thread(widths) == ([210] if is_one else [200, 210])


async def test_the_chosen_format_and_quality_are_remembered(sight: Sight) -> None:
    await added(sight, 1)
    await sight.page.click("#save-as")
    await sight.page.select_option("#format", "jpeg")
    await sight.page.locator("#quality").press("End")
    await expect(sight.page.locator("#quality-value")).to_have_text("100")
    async with sight.page.expect_download():
        await sight.page.click("#save")
    await expect(sight.page.locator("#saving")).to_be_hidden()
    await sight.page.click("#save-as")
    await expect(sight.page.locator("#format")).to_have_value("jpeg")
    await expect(sight.page.locator("#quality")).to_have_value("100")
    await sight.page.keyboard.press("Escape")
    await expect(sight.page.locator("#saving")).to_be_hidden()


async def test_a_page_that_another_tab_edits_is_shown_as_it_is_then(
    sight: Sight, daemon: Daemon
) -> None:
    await added(sight, 1)
    other = Sight(await sight.page.context.new_page(), home=daemon.base)
    await other.open()
    await other.sees_pages(1)
    await other.page.get_by_role("button", name="Rotate right").click()
    await turned(other, 1, is_wide=True)
    await turned(sight, 1, is_wide=True)
    assert other.complaints == []
