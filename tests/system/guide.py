"""Guide: what docs/administrators.md and its like say is typed."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "docs"


def typed(guide: str, heading: str) -> str:
    """The lines of the first shell block under the heading."""
    section = (FOLDER / guide).read_text("utf-8").partition(f"\n## {heading}\n")[2]
    assert section, f"{guide} has no heading {heading}"
    return section.partition("\n## ")[0].partition("```sh\n")[2].partition("```")[0]
