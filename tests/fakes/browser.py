"""A headless Chromium, and the scanning page as a person sees it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, async_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 8_000
_PRIVATE = """\
#!/bin/sh
exec unshare --map-root-user --mount \\
    sh -c 'mount --bind "$0" /etc/chromium && exec {chromium} "$@"' {policies} "$@"
"""


def with_policies(policies: Path, *, program: Path) -> Path:
    """A Chromium, as this program, that sees this folder as its /etc/chromium."""
    program.write_text(_PRIVATE.format(policies=policies, chromium=CHROMIUM))
    program.chmod(0o755)
    return program


@asynccontextmanager
async def running_chromium(program: str | Path = CHROMIUM, *flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            await browser.close()


class Sight:
    """One tab with the page; `complaints` are the browser's, `strangers` requests elsewhere."""

    def __init__(self, page: Page, *, home: str) -> None:
        self.page = page
        self.home = home
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._on_request)

    async def open(self) -> None:
        """Load the page and wait until it can scan."""
        await self.page.goto(self.home)
        await self.page.wait_for_selector("#scan:enabled")

    async def choose(self, **values: str) -> None:
        """Set fields of the form by their ids."""
        for field, value in values.items():
            if field == "count":
                await self.page.fill("#count", value)
            else:
                await self.page.select_option(f"#{field}", value)

    async def scan(self, **values: str) -> None:
        """Click on Scan and wait until the scan is complete."""
        await self.choose(**values)
        await self.page.click("#scan")
        await self.page.wait_for_selector(
            "#notice:visible, #announcer:text('The scan is complete')"
        )
        notice = self.page.locator("#notice:visible")
        assert not await notice.count(), await notice.inner_text()

    async def sees_pages(self, count: int) -> list[str]:
        """Wait until so many pages are shown with their pictures; the pictures' addresses."""
        await self.page.wait_for_function(
            """count => {
                const images = [...document.querySelectorAll('.picture')];
                return images.length === count && images.every(image => image.naturalWidth > 0);
            }""",
            arg=count,
        )
        addresses: list[str] = await self.page.eval_on_selector_all(
            ".picture", "images => images.map(image => image.src)"
        )
        return addresses

    def tile(self, number: int) -> Locator:
        return self.page.locator(".tile").nth(number - 1)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "blob:", "data:")):
            self.strangers.append(request.url)
