"""Website: calls by HTTP from inside a machine, as a program of one of its users makes them."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from PIL import Image

from system.machine import Machine

BASE: Final = "http://127.0.0.1:18622"
FEEDER: Final[dict[str, object]] = {
    "paper_source": "feeder",
    "resolution": 75,
    "options": {"test-picture": "Color pattern"},
}
SLOW: Final[dict[str, object]] = {
    "paper_source": "feeder",
    "resolution": 150,
    "options": {"test-picture": "Color pattern", "read-delay": True, "read-delay-duration": 20000},
}


class Website:
    """One instance of the RPC protocol; `origin` makes it a page of that web site."""

    def __init__(
        self, machine: Machine, *, user: str = "alice", origin: str = "", instance: str = "web"
    ) -> None:
        self._machine = machine
        self._user = user
        self._instance = instance
        self._words = ["curl", "--silent", "--show-error", "--max-time", "50"]
        if origin:
            self._words += ["--header", f"Origin: {origin}"]

    def call(self, method: str, *parameters: object, door: str = "f") -> dict[str, Any]:
        """The body of the answer; the door `fa` answers before the work is done."""
        body = {"id": self._instance, "cmdId": "", "method": method, "parameter": list(parameters)}
        words = ["--data-binary", "@-", f"{BASE}/{door}/{method}"]
        done = self._machine.run(*self._words, *words, user=self._user, stdin=json.dumps(body))
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def result(self, method: str, *parameters: object, door: str = "f") -> list[Any]:
        """Of a call that must succeed."""
        body = self.call(method, *parameters, door=door)
        assert "error" not in body, body["error"]
        result: list[Any] = body["result"]
        return result

    def refusal(self, method: str, *parameters: object) -> str:
        """The code of the error of a call that must fail."""
        body = self.call(method, *parameters)
        assert "error" in body, body
        code: str = body["error"]["code"]
        return code

    def pages(self) -> int:
        (count,) = self.result("HowManyImagesInBuffer")
        return int(count)

    def pictures(self) -> list[str]:
        """The SHA-256 of each page, as a PNG of all its pixels."""
        return [self._picture(index) for index in range(self.pages())]

    def pixels(self) -> list[str]:
        """Of each page its mode, size and the SHA-256 of its pixels, whatever file holds them."""
        found = []
        for index in range(self.pages()):
            with Image.open(self._machine.root / self._fetched(index).lstrip("/")) as image:
                digest = hashlib.sha256(image.tobytes()).hexdigest()
                found.append(f"{image.mode} {image.width}x{image.height} {digest}")
        return found

    def _picture(self, index: int) -> str:
        file = self._fetched(index)
        digest, _ = self._machine.run("sha256sum", file, user=self._user).stdout.split()
        return digest

    def _fetched(self, index: int) -> str:
        address = f"{BASE}/dwt/dwt_1/img?id={self._instance}&index={index}&type=png"
        file = f"/home/{self._user}/page.png"
        self._machine.run(*self._words, "--fail", "--output", file, address, user=self._user)
        return file

    @contextmanager
    def events(self) -> Iterator["Events"]:
        """From now on; by the time this returns the stream is open."""
        address = f"{BASE}/dwt/dwt_1/events?id={self._instance}"
        words = ["curl", "--silent", "--no-buffer", "--max-time", "100", address]
        process = self._machine.start(*words, user=self._user)
        try:
            yield Events(process)
        finally:
            process.kill()
            process.communicate()


class Events:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._lines = process.stdout
        self._lines.readline()

    def until(self, event: str, **wanted: object) -> dict[str, Any]:
        """The data of the first event of this name that has these members."""
        name, seen = "", []
        for line in self._lines:
            word, _, value = line.rstrip("\n").partition(": ")
            seen.append(line)
            if word == "event":
                name = value
            elif word == "data" and name == event:
                data: dict[str, Any] = json.loads(value)
                if all(data.get(key) == value for key, value in wanted.items()):
                    return data
        raise AssertionError(f"the stream ended before {event} {wanted}\n{''.join(seen)}")
