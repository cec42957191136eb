"""Take the README's picture of the page: python tests/browser/take_screenshot.py docs/page.png"""

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT / "tests")]

from fakes.browser import Sight, running_chromium  # noqa: E402
from fakes.daemon import running_daemon  # noqa: E402

SCAN = """async () => {
    const { connect } = await import("/sheetfed.js");
    const service = await connect({ base: location.origin });
    const area = { left: 0, top: 0, width: 141, height: 200 };
    for (const [mode, picture, pages] of [
        ["gray", "Grid", 3], ["color", "Color pattern", 1], ["gray", "Grid", 3],
    ]) {
        const options = { "test-picture": picture };
        const settings = { paper_source: "feeder", resolution: 75, mode, area, pages, options };
        for await (const page of service.acquire(settings));
    }
    service.close();
}"""


async def main(picture: Path, scheme: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running_daemon(Path(folder)) as daemon,
            running_chromium() as chromium,
            await chromium.new_context(
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": 1200, "height": 800},
            ) as context,
        ):
            sight = Sight(await context.new_page(), home=daemon.base)
            await sight.open()
            await sight.page.evaluate(SCAN)
            await sight.page.wait_for_selector("#scan:enabled")
            await sight.choose(source="feeder", resolution="300")
            await sight.sees_pages(7)
            await sight.tile(2).focus()
            await sight.page.keyboard.press("ArrowRight")
            await sight.page.evaluate(
                "Promise.all(document.getAnimations().map(each => each.finished))"
            )
            await sight.page.screenshot(path=picture)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "light"))
