"""Building: the packages of this checkout, made in a release's own tree."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from system.inside import inside
from system.overlay import overlay

ROOT: Final = Path(__file__).parents[2]
_PRODUCTS: Final = ("*.deb", "*.changes", "*.buildinfo")


def unpack_source(folder: Path) -> None:
    """What git knows here, changed files as they are, goes into the folder."""
    git = ("git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z")
    listed = subprocess.run(
        [*git, "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        timeout=60,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    for name in names:
        source, target = ROOT / name, folder / name
        if source.is_symlink() or source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)


def build(
    builder: Path, products: Path, *, place: str = "/build", environment: Mapping[str, str]
) -> None:
    """The packages, their .changes and .buildinfo, go into the folder `products`."""
    with overlay(builder) as root:
        source = root / place.lstrip("/") / "sheetfed"
        source.mkdir(parents=True)
        unpack_source(source)
        inside(
            root,
            "dpkg-buildpackage",
            "-us",
            "-uc",
            "-b",
            folder=f"{place}/sheetfed",
            environment=environment,
        )
        shutil.rmtree(products, ignore_errors=True)
        products.mkdir(parents=True)
        for pattern in _PRODUCTS:
            for file in source.parent.glob(pattern):
                shutil.copyfile(file, products / file.name)
