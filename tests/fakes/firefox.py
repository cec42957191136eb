"""A headless Firefox of Debian's, by WebDriver BiDi: Playwright drives only builds of its own."""

import asyncio
import base64
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

FIREFOX: Final = "/usr/bin/firefox-esr"
START_DEADLINE_S: Final = 40.0
ANSWER_DEADLINE_S: Final = 30.0
STOP_DEADLINE_S: Final = 10.0
_ADDRESS: Final = "WebDriver BiDi listening on "
_HERE_ALONE: Final[Mapping[str, object]] = {
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_port": 1,
    "network.proxy.socks_remote_dns": True,
    "network.proxy.no_proxies_on": "127.0.0.0/8",
    "network.proxy.allow_bypass": False,
    "network.proxy.failover_direct": False,
}
_PREFERENCES: Final = {**_HERE_ALONE, "network.http.speculative-parallel-limit": 0}
_EVENTS: Final = ("log.entryAdded", "network.beforeRequestSent")
_CALL: Final = "async given => JSON.stringify(await ({})(...JSON.parse(given)) ?? null)"
_UNTIL: Final = """async (...given) => {{
    while (!(await ({})(...given))) await new Promise(resolve => setTimeout(resolve, 50));
}}"""
_PRIVATE: Final = """\
#!/bin/sh
exec unshare --map-root-user --mount sh -c \\
    'mount -t overlay overlay -o "lowerdir=$0:/etc" /etc && exec {firefox} "$@"' '{etc}' "$@"
"""


def with_etc(etc: Path, *, program: Path) -> Path:
    """A Firefox, as this program, in whose /etc there is what this folder has, too."""
    program.write_text(_PRIVATE.format(etc=etc, firefox=FIREFOX))
    program.chmod(0o755)
    return program


class Refused(Exception):
    """Firefox's own words for why it did not do what it was told."""


class Tab:
    """`complaints` are what the console says of its page, `asked` the addresses it asked for."""

    def __init__(self, firefox: "Firefox", *, context: str, person: str) -> None:
        self.firefox = firefox
        self.context = context
        self.person = person
        self.complaints: list[str] = []
        self.asked: list[str] = []

    async def goto(self, url: str) -> None:
        """Raises Refused where it cannot be loaded."""
        await self._tell("navigate", url=url, wait="complete")

    async def call(self, function: str, *given: object) -> Any:
        """What a JavaScript function returns; it and its parameters are told in JSON."""
        told = await self.firefox.tell(
            "script.callFunction",
            functionDeclaration=_CALL.format(function),
            arguments=[{"type": "string", "value": json.dumps(given)}],
            target={"context": self.context},
            awaitPromise=True,
        )
        if told["type"] == "exception":
            raise Refused(told["exceptionDetails"]["text"])
        return json.loads(told["result"]["value"])

    async def until(self, function: str, *given: object) -> None:
        """Wait until a JavaScript function says so."""
        await self.call(_UNTIL.format(function), *given)

    async def answer(self, permission: str, state: str) -> None:
        """What its user answers the browser, "granted" or "denied", before the page is loaded."""
        origin = await self.call("() => location.origin")
        await self.firefox.tell(
            "permissions.setPermission",
            descriptor={"name": permission},
            state=state,
            origin=origin,
            userContext=self.person,
        )
        await self._tell("reload", wait="complete")

    async def picture(self) -> bytes:
        """What is seen of it, as a PNG."""
        return base64.b64decode((await self._tell("captureScreenshot"))["data"])

    async def close(self) -> None:
        await self._tell("close")

    async def _tell(self, method: str, **parameters: object) -> dict[str, Any]:
        return await self.firefox.tell(
            f"browsingContext.{method}", context=self.context, **parameters
        )


class Firefox:
    """The connection to one that runs, and its tabs."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: list[asyncio.Future[dict[str, Any]]] = []
        self._tabs: dict[str, Tab] = {}

    async def tell(self, method: str, **parameters: object) -> dict[str, Any]:
        """A command's result. Raises Refused."""
        answer = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        command = {"id": len(self._answers) - 1, "method": method, "params": parameters}
        try:
            await self._socket.send_json(command)
            told = await asyncio.wait_for(answer, ANSWER_DEADLINE_S)
        except TimeoutError:
            raise Refused(f"{method}: no answer within {ANSWER_DEADLINE_S:g} s") from None
        except ConnectionError:
            raise Refused(f"{method}: Firefox has ended") from None
        if told["type"] == "error":
            raise Refused(f"{method}: {told['message']}")
        result: dict[str, Any] = told["result"]
        return result

    async def person(self) -> str:
        """A new user: nothing that others have stored is there."""
        told = await self.tell("browser.createUserContext")
        return str(told["userContext"])

    async def open(self, url: str, *, person: str = "default") -> Tab:
        """A new tab with this page."""
        told = await self.tell("browsingContext.create", type="tab", userContext=person)
        tab = self._tabs[told["context"]] = Tab(self, context=told["context"], person=person)
        await tab.goto(url)
        return tab

    async def listen(self) -> None:
        """Take what it says until the connection ends."""
        async for message in self._socket:
            told = json.loads(message.data)
            if told["type"] == "event":
                self._on_event(told["method"], told["params"])
            elif not (answer := self._answers[told["id"]]).done():
                answer.set_result(told)
        for answer in self._answers:
            if not answer.done():
                answer.set_result({"type": "error", "message": "Firefox has ended"})

    def _on_event(self, method: str, told: dict[str, Any]) -> None:
        source = told["source"] if method == "log.entryAdded" else told
        tab = self._tabs.get(source.get("context") or "")
        if tab is None:
            return
        if method == "network.beforeRequestSent":
            tab.asked.append(told["request"]["url"])
        elif told["level"] in ("error", "warn"):
            tab.complaints.append(told["text"])


@asynccontextmanager
async def running_firefox(
    home: Path, *, program: Path | str = FIREFOX, preferences: Mapping[str, object] | None = None
) -> AsyncIterator[Firefox]:
    """One whose user has this home; the profile stays there, for the next one. It reaches this
    computer alone.

    Raises Refused where it does not start.
    """
    profile = home / "profile"
    profile.mkdir(exist_ok=True)
    chosen = {**_PREFERENCES, **(preferences or {})}
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in chosen.items()]
    (profile / "user.js").write_text("".join(lines))
    process = await asyncio.create_subprocess_exec(
        *(str(program), "--headless", "--no-remote", "--remote-debugging-port", "0"),
        *("--profile", str(profile)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(home), "TMPDIR": str(home)},
        start_new_session=True,
    )
    assert process.stderr is not None
    words: list[str] = []
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    tasks = [asyncio.create_task(_hear(process.stderr, words, address))]
    try:
        try:
            url = await asyncio.wait_for(address, START_DEADLINE_S)
        except TimeoutError:
            late = f"Firefox did not start within {START_DEADLINE_S:g} s:\n{''.join(words)}"
            raise Refused(late) from None
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{url}/session", max_msg_size=0) as socket,
        ):
            firefox = Firefox(socket)
            tasks.append(asyncio.create_task(firefox.listen()))
            await firefox.tell("session.new", capabilities={})
            await firefox.tell("session.subscribe", events=_EVENTS)
            try:
                yield firefox
            finally:
                with suppress(Refused):
                    await firefox.tell("browser.close")
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_DEADLINE_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await asyncio.gather(*tasks)


async def _hear(
    stderr: asyncio.StreamReader, words: list[str], address: asyncio.Future[str]
) -> None:
    """Keep what it says, and find there where it can be spoken to."""
    async for line in stderr:
        words.append(line.decode(errors="replace"))
        _, told, url = words[-1].partition(_ADDRESS)
        if told and not address.done():
            address.set_result(url.strip())
    if not address.done():
        address.set_exception(Refused(f"Firefox did not start:\n{''.join(words)}"))
