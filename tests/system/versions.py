"""Versions: a package as if it were of another version, and an archive that apt takes it from."""

import hashlib
import shutil
from pathlib import Path

from system.steps import step


def reversioned(package: Path, version: str, folder: Path, *, configuration: str = "") -> Path:
    """The package with another version; `configuration` is its sheetfed.toml, if not the same."""
    tree = folder / f"tree-{version}"
    step("dpkg-deb", "--raw-extract", package, tree)
    control = tree / "DEBIAN" / "control"
    lines = control.read_text().splitlines()
    control.write_text(
        "".join(
            f"Version: {version}\n" if line.startswith("Version: ") else f"{line}\n"
            for line in lines
        )
    )
    if configuration:
        (tree / "etc" / "sheetfed" / "sheetfed.toml").write_text(configuration)
    made = folder / f"sheetfed_{version}_all.deb"
    step("dpkg-deb", "--root-owner-group", "--build", tree, made)
    shutil.rmtree(tree)
    return made


def archive(folder: Path, *packages: Path) -> None:
    """The folder becomes an archive with these packages, for `deb [trusted=yes] file:… ./`."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for package in packages:
        content = package.read_bytes()
        (folder / package.name).write_bytes(content)
        entries.append(
            f"{step('dpkg-deb', '--field', package)}"
            f"Filename: ./{package.name}\n"
            f"Size: {len(content)}\n"
            f"SHA256: {hashlib.sha256(content).hexdigest()}\n"
        )
    (folder / "Packages").write_text("\n".join(entries))
