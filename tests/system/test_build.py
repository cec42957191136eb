"""The packages as each release's own tools make and judge them."""

import hashlib
from pathlib import Path

from system.building import build
from system.inside import inside
from system.overlay import overlay
from system.provision import Provision

ELSEWHERE = {
    "DEB_BUILD_OPTIONS": "nocheck",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "HOME": "/root/elsewhere",
    "PYTHONHASHSEED": "4711",
}


def _digests(folder: Path) -> dict[str, str]:
    packages = sorted(folder.glob("*.deb"))
    assert packages
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in packages}


def test_a_second_build_in_another_place_makes_the_same_packages(
    provided: Provision, tmp_path: Path
) -> None:
    build(provided.builder, tmp_path / "again", place="/srv/elsewhere", environment=ELSEWHERE)
    assert _digests(tmp_path / "again") == _digests(provided.products)


def test_lintian_of_the_release_finds_no_error_and_no_warning(provided: Provision) -> None:
    (changes,) = provided.products.glob("*.changes")
    options = ("-EvIL", "+pedantic", "--fail-on", "error,warning")
    with overlay(provided.builder) as root:
        inside(
            root,
            *("lintian", *options, f"/products/{changes.name}"),
            binds=[f"{provided.products}:/products"],
            deadline_s=300,
        )


def test_the_package_takes_less_than_two_mebibytes(provided: Provision) -> None:
    (package,) = provided.products.glob("sheetfed_*_all.deb")
    assert package.stat().st_size < 2 * 1024 * 1024
