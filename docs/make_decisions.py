"""Writes the index of decisions from their titles: `python docs/make_decisions.py`."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "decisions"
PAGE = FOLDER / "index.md"
HEAD = """\
# Decisions

What a reader would wonder about: each page has the context, what was decided and what else was possible, and the
consequences. A decision that is overturned stays, and links to the one that replaces it. `docs/make_decisions.py` writes
this page.

"""


def index() -> str:
    """The page: number and title of each decision, in order."""
    found = [path.read_text(encoding="utf-8").partition("\n")[0] for path in _pages()]
    titles = [re.fullmatch(r"# (\d+)\. (.+)", line) for line in found]
    wrong = [path.name for path, title in zip(_pages(), titles, strict=True) if title is None]
    if wrong:
        raise ValueError(f"no title such as '# 1. What was decided': {', '.join(wrong)}")
    entries = [(int(title[1]), title[2], path.name) for title, path in zip(titles, _pages(), strict=True) if title]
    return HEAD + "".join(f"{number}. [{title}]({name})\n" for number, title, name in entries)


def _pages() -> list[Path]:
    return sorted(FOLDER.glob("[0-9]*.md"))


if __name__ == "__main__":
    PAGE.write_text(index(), encoding="utf-8")
