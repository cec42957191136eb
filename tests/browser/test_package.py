"""The client as a package: its types and its modules are complete."""

import json
import re
import subprocess
from typing import Any

import sheetfed
from fakes.website import CLIENT_CODES
from sheetfed.core.errors import ErrorCode
from sheetfed.share import client_folder


def test_the_types_name_every_error_code() -> None:
    types = (client_folder() / "sheetfed" / "types" / "errors.d.ts").read_text()
    listed = re.search(r"type ErrorCode =(.*?);", types, re.DOTALL)
    assert listed is not None
    codes = set(re.findall(r'"([a-z-]+)"', listed[1]))
    assert codes == {str(code) for code in ErrorCode} | CLIENT_CODES


def test_the_npm_package_has_the_daemons_version() -> None:
    assert package()["version"] == sheetfed.__version__


def test_the_npm_package_has_every_module_that_its_entries_lead_to_and_no_other() -> None:
    reached = reachable("sheetfed.js") | reachable("sheetfed.d.ts")
    assert reached == packed() - {"package.json"}


def test_the_module_can_be_imported_where_there_is_no_page() -> None:
    """As a bundler or a server-side renderer does."""
    entry = (client_folder() / "sheetfed.js").as_uri()
    script = f'import("{entry}").then((all) => console.log(Object.keys(all).join()))'
    told = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "--eval", script],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "connect" in told.stdout


def package() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((client_folder() / "package.json").read_text())
    return found


def packed() -> set[str]:
    """What package.json's `files` take in."""
    folder, found = client_folder(), {"package.json"}
    for entry in package()["files"]:
        path = folder / entry
        inside = path.rglob("*") if path.is_dir() else [path]
        found |= {str(file.relative_to(folder)) for file in inside if file.is_file()}
    return found


def reachable(entry: str) -> set[str]:
    """The module and all that it imports, as files; types are imported by their modules' names."""
    folder, found, open_ = client_folder(), set[str](), [entry]
    is_types = entry.endswith(".d.ts")
    while open_:
        module = open_.pop()
        if module in found:
            continue
        found.add(module)
        for word in re.findall(r'from "(\.[^"]+)"', (folder / module).read_text()):
            path = (folder / module).parent.joinpath(word).resolve().relative_to(folder.resolve())
            open_.append(str(path.with_suffix(".d.ts") if is_types else path))
    return found
