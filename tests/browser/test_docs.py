"""docs/web-developers.md: its examples run on a granted origin, its lists are complete."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage

from fakes.browser import WAIT_MS
from fakes.website import CLIENT, CLIENT_CODES, Site, let_in, running_website
from sheetfed import config
from sheetfed.core.errors import ErrorCode

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "web-developers.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def _examples() -> list[tuple[str, str]]:
    """Each example with the heading it stands under."""
    begins = [match.start() for match in re.finditer("```js\n", TEXT)]
    titles = [re.findall(r"^## (.*)$", TEXT[:begin], re.MULTILINE)[-1] for begin in begins]
    readme = re.findall(r"```js\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [*zip(titles, _blocks("js"), strict=True), *(("README", code) for code in readme)]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("title", "code"), _examples(), ids=[title for title, _ in _examples()])
async def test_every_example_runs_to_its_end(
    title: str, code: str, site: Site, chromium: Browser
) -> None:
    async with await chromium.new_context() as context:
        complaints: list[str] = []

        def on_console(message: ConsoleMessage) -> None:
            is_expected = title == "Errors" and "404" in message.text
            if message.type in ("error", "warning") and not is_expected:
                complaints.append(message.text)

        page = await context.new_page()
        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(site.origin)
        code = code.replace("connect()", "connect({})")
        code = code.replace("connect({", f'connect({{ base: "{site.daemon.base}",')
        (site.folder / "example.js").write_text(f"{code}\nwindow.isDone = true;\n")
        await page.add_script_tag(url="/files/example.js", type="module")
        await page.wait_for_function("window.isDone === true", timeout=WAIT_MS)
        assert complaints == [], title


@pytest.mark.asyncio(loop_scope="module")
async def test_the_first_page_scans_in_fifteen_lines_once_its_user_lets_it_in(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    (page_text,) = _blocks("html")
    assert len(page_text.splitlines()) == 15
    (tmp_path / "client").symlink_to(CLIENT)
    (tmp_path / "scan.html").write_text(
        page_text.replace("connect({", f'connect({{ base: "{site.daemon.base}",')
    )
    async with running_website(tmp_path) as origin, await chromium.new_context() as context:
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        await page.goto(f"{origin}/files/scan.html")
        await page.click("#scan")
        await page.wait_for_selector("#said:text('Please let this page in')")
        await let_in(site.daemon, origin)
        await page.wait_for_selector("#said:text('Done')")
        await page.wait_for_function("document.querySelector('img').naturalWidth === 300")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("fault", re.findall(r'"(SANE_STATUS_\w+)"', TEXT))
async def test_the_faults_that_the_guide_names_come_about(site: Site, fault: str) -> None:
    settings = {"paper_source": "feeder", "options": {"read-return-value": fault}}
    _, body = await site.daemon.call_with_status(
        "AcquireImage", settings, instance=fault, headers={"Connection": "close"}
    )
    assert body["error"]["code"] in {"paper-jam", "cover-open"}
    assert body["error"]["code"].partition("-")[2].upper() in fault


def test_every_error_code_is_explained() -> None:
    errors = TEXT.partition("## Errors")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in errors.splitlines() if line.startswith("| `")]
    explained = set(re.findall(r"`([a-z-]+)`", " ".join(rows)))
    assert explained == {str(code) for code in ErrorCode} | CLIENT_CODES


def test_the_guide_says_what_to_do_about_every_error() -> None:
    errors = TEXT.partition("## Errors")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in errors.splitlines() if line.startswith("| `")]
    assert all(len(cells) == 3 and all(cell.strip() for cell in cells) for cells in rows)


@pytest.mark.parametrize("text", _blocks("toml"), ids=["virtual", "origins", "tests"])
def test_every_configuration_is_accepted(text: str, tmp_path: Path) -> None:
    file = tmp_path / "sheetfed.toml"
    file.write_text(text)
    config.load(file)
