"""Access in a real browser: a page asks, the user answers on our own page, and takes it back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from fakes.browser import WAIT_MS, Sight
from fakes.daemon import Daemon, running_daemon
from fakes.website import running_website

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASK = """async base => {
  const answer = await fetch(`${base}/api/access`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ wants: ["scan", "upload"] }),
  });
  return { status: answer.status, ...(await answer.json()) };
}"""
STATE = "async base => (await fetch(`${base}/api/access`)).json()"
WAIT = """async base => {
  for (;;) {
    const { state, permissions } = await (await fetch(`${base}/api/access`)).json();
    if (state !== "pending") return { state, permissions };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}"""
SCAN = """async base => {
  const { connect } = await import("/client/sheetfed.js");
  const sheetfed = await connect({ base });
  window.heard = [];
  for (const name of ["access", "connection"])
    sheetfed.addEventListener(name, ({ detail }) => window.heard.push({ name, ...detail }));
  await sheetfed.listening();
  let pages = 0;
  for await (const page of sheetfed.acquire({ resolution: 75 })) pages++;
  return pages;
}"""
CALL = """async base => {
  const asked = fetch(`${base}/f/GetDevices`, { method: "POST", body: "{}" });
  return asked.then(({ status }) => status, () => null);
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    """One for each test: what was decided in another is not decided here."""
    async with running_daemon(tmp_path) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def stranger(chromium: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """A tab on a web page that nobody has let in."""
    context = await chromium.new_context()
    async with running_website(tmp_path) as origin:
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        await page.goto(origin)
        yield page
    await context.close()


def origin_of(page: Page) -> str:
    return page.url.rstrip("/")


async def decided(daemon: Daemon) -> list[dict[str, Any]]:
    async with daemon.http.get(f"{daemon.base}/api/access/origins") as answer:
        found: list[dict[str, Any]] = await answer.json()
        return found


async def test_a_page_asks_is_allowed_by_a_click_scans_and_loses_its_stream_when_revoked(
    sight: Sight, stranger: Page, daemon: Daemon
) -> None:
    assert await stranger.evaluate(CALL, daemon.base) is None
    asked = await stranger.evaluate(ASK, daemon.base)
    assert (asked["status"], asked["state"], asked["permissions"]) == (202, "pending", [])
    item = sight.page.locator(".asking")
    await item.wait_for()
    assert await sight.page.title() == "(1) Sheetfed"
    assert origin_of(stranger) in await item.inner_text()
    await item.get_by_label("Have its pages sent").uncheck()
    await item.get_by_role("button", name="Allow").click()
    assert (await stranger.evaluate(WAIT, daemon.base))["permissions"] == ["list", "scan", "read"]
    assert await stranger.evaluate(SCAN, daemon.base) == 1
    await sight.page.click("#access-opener")
    await sight.page.get_by_role("button", name="Take back").click()
    await stranger.wait_for_function(
        "window.heard.some(({ name, state }) => name === 'connection' && state === 'lost')"
    )
    heard = await stranger.evaluate("window.heard")
    assert {
        "name": "access",
        "origin": origin_of(stranger),
        "state": "denied",
        "permissions": [],
    } in heard
    assert await stranger.evaluate(CALL, daemon.base) is None
    assert await decided(daemon) == []
    await sight.page.wait_for_selector("#access", state="hidden")


async def test_a_page_that_is_denied_is_told_and_forgotten_by_another_click(
    sight: Sight, stranger: Page, daemon: Daemon
) -> None:
    await stranger.evaluate(ASK, daemon.base)
    await sight.page.get_by_role("button", name="Deny").click()
    assert (await stranger.evaluate(WAIT, daemon.base))["state"] == "denied"
    await sight.page.wait_for_selector("#access", state="hidden")
    assert (await stranger.evaluate(ASK, daemon.base))["state"] == "denied"
    await sight.page.click("#access-opener")
    await sight.page.get_by_text("Denied. It cannot ask again.").wait_for()
    await sight.page.get_by_role("button", name="Forget").click()
    await sight.page.wait_for_selector("#access-opener", state="hidden")
    assert (await stranger.evaluate(ASK, daemon.base))["state"] == "pending"


async def test_an_answer_counts_only_some_time_after_the_question_has_come(
    sight: Sight, stranger: Page, daemon: Daemon
) -> None:
    await sight.page.evaluate(
        "window.setTimeout = (work, ms) => { window.later = work; window.after = ms; return 0; }"
    )
    await stranger.evaluate(ASK, daemon.base)
    allow = sight.page.get_by_role("button", name="Allow")
    await allow.wait_for()
    assert await allow.is_disabled()
    assert await sight.page.evaluate("window.after") >= 500
    await sight.page.evaluate("window.later()")
    await allow.click()
    await sight.page.wait_for_selector(".asking", state="hidden")
    (found,) = await decided(daemon)
    assert found["state"] == "granted"


async def test_a_question_that_moves_up_is_answered_no_sooner_than_a_new_one(
    sight: Sight, daemon: Daemon
) -> None:
    """Also when a page has its own requests above crowded out."""

    async def ask(origin: str) -> None:
        headers = {"Origin": origin}
        async with daemon.http.post(f"{daemon.base}/api/access", headers=headers) as answer:
            assert answer.status == 202

    for host in ("a.evil.example", "good.example.org", "b.evil.example"):
        await ask(f"https://{host}")
        await sight.page.locator(".asking", has_text=host).wait_for()
    allow = sight.page.get_by_role("button", name="Allow https://b.evil.example")
    await allow.click(trial=True)
    await sight.page.evaluate(
        "window.setTimeout = (work, ms) => { window.later = work; window.after = ms; return 0; }"
    )
    (first,) = [one for one in await decided(daemon) if "a.evil" in one["origin"]]
    address = f"{daemon.base}/api/access/origins/{first['id']}"
    async with daemon.http.post(address, json={"decision": "deny"}) as answer:
        assert answer.status == 200
    await sight.page.locator(".asking", has_text="a.evil.example").wait_for(state="detached")
    moved = sight.page.locator(".asking", has_text="b.evil.example")
    assert await moved.evaluate("item => item.inert")
    assert await sight.page.evaluate("window.after") >= 500
    await sight.page.evaluate("window.later()")
    assert not await moved.evaluate("item => item.inert")
    await allow.click()
    await moved.wait_for(state="detached")


async def test_what_is_chosen_is_kept_when_another_page_asks_meanwhile(
    sight: Sight, stranger: Page, daemon: Daemon
) -> None:
    await stranger.evaluate(ASK, daemon.base)
    mine = sight.page.locator(".asking", has_text=origin_of(stranger))
    await mine.get_by_label("How long").select_option(label="For one day")
    headers = {"Origin": "https://other.example"}
    async with daemon.http.post(f"{daemon.base}/api/access", headers=headers) as answer:
        assert answer.status == 202
    await sight.page.locator(".asking", has_text="other.example").wait_for()
    await mine.get_by_role("button", name="Allow").click()
    await mine.wait_for(state="hidden")
    found = {grant["origin"]: grant for grant in await decided(daemon)}
    assert found[origin_of(stranger)]["until"] is not None
    assert found["https://other.example"]["state"] == "pending"


async def test_a_page_cannot_answer_for_its_user(
    sight: Sight, stranger: Page, daemon: Daemon
) -> None:
    await stranger.evaluate(ASK, daemon.base)
    (found,) = await decided(daemon)
    address = f"{daemon.base}/api/access/origins/{found['id']}"
    tried = await stranger.evaluate(
        """async address => {
          const body = JSON.stringify({ decision: "grant", permissions: ["scan"] });
          const json = { "Content-Type": "application/json" };
          const sent = [
            fetch(address, { method: "POST", headers: json, body }),
            fetch(address, { method: "POST", mode: "no-cors", body }),
          ];
          const form = document.createElement("form");
          form.method = "post";
          form.enctype = "text/plain";
          form.action = address;
          form.target = "_blank";
          const input = document.createElement("input");
          input.name = body.slice(0, -2) + ', "x": "';
          input.value = '"}';
          form.append(input);
          document.body.append(form);
          form.submit();
          const results = await Promise.allSettled(sent);
          return results.map(({ status, value }) => value?.type ?? status);
        }""",
        address,
    )
    assert tried == ["rejected", "opaque"]
    (after,) = await decided(daemon)
    assert after["state"] == "pending"
