"""Take pictures of the page: python tests/browser/take_screenshot.py docs/page.png

docs/access.png is another one: of a web page that asks, and of what was decided on others.
"""

import asyncio
import io
import random
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import FloatRect

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

from fakes.browser import Sight, running_chromium  # noqa: E402
from fakes.daemon import Daemon, running_daemon  # noqa: E402

A4_PX = (827, 1169)
PAPER, INK, LID = (252, 252, 250), (52, 54, 58), (58, 60, 64)
KINDS = ("letter", "table", "skewed", "letter", "photo", "letter", "table")
ACCESS: FloatRect = {"x": 0, "y": 0, "width": 1200, "height": 560}
INSTANCE = 'localStorage.setItem("sheetfed.instance", "picture")'


def sheet(kind: str, number: int) -> bytes:
    """A page that looks like one, as a PNG of 100 dpi."""
    chance = random.Random(number)
    page = Image.new("RGB", A4_PX, PAPER)
    draw = ImageDraw.Draw(page)
    draw.rectangle((90, 80, 330 + 30 * number, 106), fill=INK)
    top = 190
    if kind == "photo":
        for row in range(420):
            tone = row // 3
            draw.line((90, 190 + row, 737, 190 + row), fill=(30 + tone, 90 + tone, 150 + tone // 2))
        draw.polygon(((90, 610), (300, 340), (430, 520), (560, 400), (737, 610)), fill=(44, 74, 62))
        draw.ellipse((590, 240, 660, 310), fill=(250, 226, 150))
        top = 660
    if kind == "table":
        for row in range(9):
            draw.line((90, 190 + row * 44, 737, 190 + row * 44), fill=INK, width=2)
        for column in (90, 400, 560, 737):
            draw.line((column, 190, column, 542), fill=INK, width=2)
        for row in range(8):
            y = 204 + row * 44
            draw.rectangle((106, y, 106 + chance.randrange(120, 270), y + 13), fill=INK)
            draw.rectangle((620, y, 720, y + 13), fill=INK)
        top = 600
    while top < 1040:
        for _ in range(chance.randrange(3, 7)):
            left = 90
            end = 737 - chance.randrange(0, 60)
            while left < end and top < 1060:
                word = chance.randrange(18, 90)
                draw.rectangle((left, top, min(left + word, end), top + 11), fill=INK)
                left += word + 9
            top += 26
        top += 26
    if kind == "skewed":
        page = page.rotate(-4, expand=True, fillcolor=LID, resample=Image.Resampling.BICUBIC)
    content = io.BytesIO()
    page.save(content, "PNG", dpi=(100, 100))
    return content.getvalue()


async def fill(daemon: Daemon) -> None:
    """Give the page something to show."""
    for number, kind in enumerate(KINDS):
        load = f"{daemon.base}/dwt/dwt_1/load?id=picture"
        async with daemon.http.post(load, data=sheet(kind, number)) as answer:
            answer.raise_for_status()


async def ask(daemon: Daemon) -> None:
    """Let web pages ask for access, and decide on some."""
    decisions: dict[str, dict[str, object]] = {
        "https://archive.example.org": {"decision": "grant", "permissions": ["scan", "upload"]},
        "https://ads.example.com": {"decision": "deny"},
        "https://app.example.org": {},
    }
    for origin, decision in decisions.items():
        asked, headers = {"wants": ["scan", "upload"]}, {"Origin": origin}
        url = f"{daemon.base}/api/access"
        async with daemon.http.post(url, json=asked, headers=headers) as answer:
            answer.raise_for_status()
        async with daemon.http.get(f"{url}/origins") as answer:
            ids = {found["origin"]: found["id"] for found in await answer.json()}
        if decision:
            async with daemon.http.post(f"{url}/origins/{ids[origin]}", json=decision) as answer:
                answer.raise_for_status()


async def main(picture: Path, scheme: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running_daemon(Path(folder)) as daemon,
            running_chromium() as chromium,
            await chromium.new_context(
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": 1200, "height": 830},
            ) as context,
        ):
            await fill(daemon)
            await context.add_init_script(INSTANCE)
            sight = Sight(await context.new_page(), home=daemon.base)
            if picture.stem == "access":
                await ask(daemon)
                await sight.open()
                await sight.page.click("#access-opener")
                await sight.page.wait_for_selector(".asking button:enabled")
                await sight.page.screenshot(path=picture, clip=ACCESS)
                return
            await sight.open()
            await sight.choose(source="feeder", resolution="300")
            await sight.sees_pages(len(KINDS))
            await sight.tile(2).focus()
            await sight.page.keyboard.press("ArrowRight")
            await sight.page.evaluate(
                "Promise.all(document.getAnimations().map(each => each.finished))"
            )
            await sight.page.screenshot(path=picture)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "light"))
