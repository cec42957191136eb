"""The REST API from web pages in a real browser: with preflights, pictures and parts of files."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from fakes.website import Site, running_website

SCAN = """async (api) => {
    const json = { "Content-Type": "application/json", "DWT-PRODUCT-KEY": "KEY" };
    const post = (path, body, more) => fetch(api + path,
        { method: "POST", headers: { ...json, ...more }, body: JSON.stringify(body) });
    const config = { IfFeederEnabled: true, Resolution: 50, XferCount: 2 };
    const asked = { autoRun: false, config };
    const { jobuid } = await (await post("/device/scanners/jobs", asked)).json();
    const job = `/device/scanners/jobs/${jobuid}`;
    const running = JSON.stringify({ status: "running" });
    await fetch(api + job, { method: "PATCH", headers: json, body: running });
    const secret = { "DWT-DOC-PASSWORD": "pw" };
    const { uid } = await (await post("/storage/documents", { password: "pw" })).json();
    const document_ = `/storage/documents/${uid}`;
    const widths = [];
    for (let info; (info = await fetch(`${api}${job}/next-page-info`)).status === 200;) {
        const { url } = await info.json();
        const image = new Image();
        image.src = url;
        await image.decode();
        widths.push(image.naturalWidth);
        await post(`${document_}/pages`, { source: url }, secret);
    }
    const removed = await fetch(api + job, { method: "DELETE" });
    const part = await fetch(`${api}${document_}/content?type=image/tiff&compression=5`,
        { headers: { ...secret, Range: "bytes=0-3" } });
    const magic = new TextDecoder().decode((await part.arrayBuffer()).slice(0, 2));
    const gone = await fetch(api + job);
    return { widths, removed: removed.status, part: part.status, magic,
        range: part.headers.get("Content-Range").split("/")[0], gone: (await gone.json()).code };
}"""
REACH = """async (api) => {
    const tried = [];
    for (const [method, path] of [["GET", "/device/scanners"], ["POST", "/device/scanners/jobs"],
            ["GET", "/openapi.json"], ["DELETE", "/device/scanners/jobs/j0"]]) {
        const body = method === "POST" ? "{}" : undefined;
        tried.push(await fetch(api + path, { method, body }).then(() => "read", () => "refused"));
    }
    return tried;
}"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_page_that_was_let_in_scans_and_shows_its_pages(
    chromium: Browser, site: Site
) -> None:
    async with await chromium.new_context() as context:
        page = await context.new_page()
        await page.goto(site.origin)
        assert await page.evaluate(SCAN, f"{site.daemon.base}/api") == {
            "widths": [393, 393],
            "removed": 204,
            "part": 206,
            "magic": "II",
            "range": "bytes 0-3",
            "gone": -1034,
        }


async def test_another_page_reads_nothing_and_changes_nothing(
    chromium: Browser, site: Site, tmp_path: Path
) -> None:
    scans = site.daemon.log().count("scan on")
    async with (
        running_website(tmp_path) as elsewhere,
        await chromium.new_context() as context,
    ):
        page = await context.new_page()
        await page.goto(elsewhere)
        assert await page.evaluate(REACH, f"{site.daemon.base}/api") == ["refused"] * 4
    async with site.daemon.http.get(f"{site.daemon.base}/api/device/scanners") as answer:
        assert len(await answer.json()) == 2
    assert site.daemon.log().count("scan on") == scans
