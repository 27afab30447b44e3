"""Writes the index of decisions from their pages: `python docs/make_decisions.py`."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "decisions"
PAGE = FOLDER / "index.md"
HEAD = """\
# Decisions

What a reader would wonder about: each page has the context, what was decided and what else was possible, and the
consequences. A decision that is overturned stays, and links to the one that replaces it. `docs/make_decisions.py`
writes this page.

| | decision |
|---|---|
"""


def index() -> str:
    """The page: number and title of each decision, in order."""
    return HEAD + "".join(_row(path) for path in sorted(FOLDER.glob("[0-9]*.md")))


def _row(path: Path) -> str:
    title, _, text = path.read_text(encoding="utf-8").partition("\n")
    found = re.fullmatch(r"# (\d+)\. (.+)", title)
    if found is None or int(found[1]) != int(path.name[:4]):
        raise ValueError(f"{path.name} has no title such as '# {int(path.name[:4])}. What was decided'")
    replaced = " (replaced)" if text.lstrip().startswith("Replaced by") else ""
    return f"| {path.name[:4]} | [{found[2]}]({path.name}){replaced} |\n"


if __name__ == "__main__":
    PAGE.write_text(index(), encoding="utf-8")
