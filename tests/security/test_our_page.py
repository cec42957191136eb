"""Our own page among others: no frame, no opener and no service worker gets hold of it."""

from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext

from fakes.attacked import Target, attacked
from fakes.attackingpage import Visit, visit
from fakes.browser import WAIT_MS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, granted: str) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("target"), origins=[granted]) as target:
        yield target


async def test_our_page_is_not_shown_in_a_frame(
    context: BrowserContext, target: Target, evil: str, granted: str
) -> None:
    for origin in (evil, granted):
        attack = await visit(context, target, origin)
        async with attack.page.expect_response(f"{target.base}/") as answered:
            await attack.page.evaluate(
                "base => { document.body.innerHTML = `<iframe src='${base}/'></iframe>`; }",
                target.base,
            )
        assert (await answered.value).status == 403
        frame = attack.page.frames[-1]
        await frame.wait_for_load_state()
        assert await frame.locator("#scan").count() == 0


async def test_whoever_opens_our_page_has_no_hold_on_its_window(
    context: BrowserContext, target: Target, evil: str
) -> None:
    """Else it could be moved under a click, or changed between the two of a double click."""
    attack = await visit(context, target, evil)
    async with context.expect_page() as opened:
        await attack.page.evaluate("base => { window.hold = window.open(base); }", target.base)
    page = await opened.value
    await page.wait_for_selector("#scan:enabled", timeout=WAIT_MS)
    assert await page.evaluate("window.opener === null")
    assert await attack.page.evaluate("window.hold.closed")


async def test_no_service_worker_settles_on_our_origin(
    context: BrowserContext, target: Target
) -> None:
    page = await visit(context, target, target.base)
    for path in ("/page.js", "/sheetfed.js", "/dwt/dwt_1/doc?id=mine&type=pdf"):
        said = await page.page.evaluate(
            "path => navigator.serviceWorker.register(path).then(() => 'settled', "
            "error => error.name)",
            path,
        )
        assert said in ("TypeError", "SecurityError")
    assert not await page.page.evaluate(
        "navigator.serviceWorker.getRegistrations().then(all => all.length)"
    )


async def test_our_page_tells_nobody_where_it_was(
    context: BrowserContext, target: Target, granted: str
) -> None:
    target.result("AcquireImage", {"paper_source": "flatbed"}, instance="shown")
    page = Visit(await context.new_page(), target)
    referrers: list[str | None] = []
    page.page.on("request", lambda request: referrers.append(request.headers.get("referer")))
    await context.add_init_script('localStorage.setItem("sheetfed.instance", "shown")')
    await page.page.goto(target.base)
    await page.page.wait_for_selector(".picture")
    async with page.page.expect_navigation():
        await page.page.evaluate("origin => { location = origin; }", granted)
    assert len(referrers) > 5
    assert not any(referrers)
