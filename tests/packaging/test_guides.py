"""The guides: each is in one of the packages."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def _listed(name: str) -> list[str]:
    return (ROOT / "debian" / name).read_text().split()


def test_every_guide_is_in_exactly_one_package() -> None:
    guides = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    listed = _listed("sheetfed.docs") + _listed("sheetfed-doc.docs")
    assert sorted(name for name in listed if name.endswith(".md") and "/" in name) == sorted(guides)
