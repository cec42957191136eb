"""The client module: what it exports, what its types say, and how it finds the service."""

import re
import socket
from pathlib import Path

import pytest
from playwright.async_api import Browser

from fakes.browser import Sight
from fakes.daemon import running_daemon
from sheetfed.share import client_folder

TYPES = "\n".join(
    file.read_text()
    for file in (
        client_folder() / "sheetfed.d.ts",
        *sorted((client_folder() / "sheetfed" / "types").iterdir()),
    )
)
MEMBERS = """async () => {
    const module = await import("/sheetfed.js");
    const classes = Object.entries(module).filter(([name]) => /^[A-Z]/.test(name));
    const foreign = [EventTarget, Error, Object].map(kind => kind.prototype);
    const own = (prototype) => foreign.includes(prototype)
        ? [] : [...Reflect.ownKeys(prototype), ...own(Object.getPrototypeOf(prototype))];
    const names = ({ prototype }) => [...new Set(own(prototype))]
        .map(name => name === Symbol.asyncIterator ? "[Symbol.asyncIterator]" : name);
    return {
        functions: Object.keys(module).filter(name => /^[a-z]/.test(name)),
        classes: Object.fromEntries(classes.map(([name, value]) => [name, names(value)])),
    };
}"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _methods(name: str) -> set[str]:
    body = re.search(rf"^export class {name} .*?^\}}", TYPES, re.DOTALL | re.MULTILINE)
    assert body is not None
    return set(re.findall(r"^  ([\w.\[\]]+)(?:<[^(]*>)?\(", body[0], re.MULTILINE))


async def test_the_types_name_what_the_module_exports(sight: Sight) -> None:
    exported = await sight.page.evaluate(MEMBERS)
    functions = set(re.findall(r"^export function (\w+)", TYPES, re.MULTILINE))
    classes = set(re.findall(r"^export class (\w+)", TYPES, re.MULTILINE))
    assert functions == set(exported["functions"])
    assert classes == set(exported["classes"])
    for name in classes:
        inherited = {"addEventListener"}
        assert _methods(name) - inherited == set(exported["classes"][name]) - inherited, name


async def test_a_service_that_goes_away_and_comes_back_is_taken_up_again(
    chromium: Browser, tmp_path: Path
) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "port.toml").write_text(f'http.listen = ["127.0.0.1:{port}"]\n')
    async with await chromium.new_context() as context:
        async with running_daemon(tmp_path) as first:
            sight = Sight(await context.new_page(), home=first.base)
            await sight.open()
            await sight.scan(source="feeder", resolution="75", count="2")
            pages = await sight.sees_pages(2)
            other = Sight(await context.new_page(), home=first.base)
            await other.open()
        await other.page.wait_for_selector('#service[data-state="lost"]')
        await sight.page.wait_for_selector('#service[data-state="lost"]')
        await sight.page.wait_for_selector("#scan:disabled")
        async with running_daemon(tmp_path):
            await sight.page.wait_for_selector('#service[data-state="open"]')
            await sight.page.wait_for_selector("#scan:enabled")
            await other.page.wait_for_selector('#service[data-state="open"]')
            assert await sight.sees_pages(2) == await other.sees_pages(2) == pages
