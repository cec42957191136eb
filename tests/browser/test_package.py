"""The client as a package: its types and its modules are complete."""

import json
import re

import sheetfed
from sheetfed.core.errors import ErrorCode
from sheetfed.share import client_folder

CLIENT_CODES = {
    "not-running",
    "local-network-denied",
    "certificate-not-trusted",
    "old-version",
    "connection-lost",
}


def test_the_types_name_every_error_code() -> None:
    types = (client_folder() / "sheetfed" / "types" / "errors.d.ts").read_text()
    listed = re.search(r"type ErrorCode =(.*?);", types, re.DOTALL)
    assert listed is not None
    codes = set(re.findall(r'"([a-z-]+)"', listed[1]))
    assert codes == {str(code) for code in ErrorCode} | CLIENT_CODES


def test_the_npm_package_has_the_daemons_version_and_every_module() -> None:
    package = json.loads((client_folder() / "package.json").read_text())
    assert package["version"] == sheetfed.__version__
    imported = re.findall(r'from "\./([^"]+)"', (client_folder() / "sheetfed.js").read_text())
    packed = tuple(package["files"])
    assert imported
    assert all(module.startswith(packed) for module in imported)
